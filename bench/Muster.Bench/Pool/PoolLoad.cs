using System.Buffers;
using System.Net.Http.Headers;
using System.Text.Json;

namespace Muster.Bench.Pool;

/// <summary>Submits function jobs over REST and reads their results, as the SDK does.</summary>
internal sealed class PoolLoad : IDisposable
{
    private readonly HttpClient _http;

    public PoolLoad(string url, string key)
    {
        _http = new HttpClient(new SocketsHttpHandler { UseProxy = false, UseCookies = false }) { BaseAddress = new Uri(url), Timeout = TimeSpan.FromMinutes(5) };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
    }

    /// <summary>One job of so many tasks, each with its own 100 bytes, from submission to the last result.</summary>
    public async Task RunAsync(int tasks, CancellationToken cancel)
    {
        var id = await SubmitAsync(Spec(tasks), cancel);
        for (var from = 0; from < tasks;)
        {
            using var answer = await _http.GetStreamAsync($"api/v1/jobs/{id}/results?wait=60&from={from}", cancel) is var stream ? await JsonDocument.ParseAsync(stream, default, cancel) : null!;
            var root = answer.RootElement;
            var items = root.GetProperty("items");
            if (root.GetProperty("state").GetString() is "failed" or "cancelled")
            {
                throw new InvalidOperationException($"{id}: {root}");
            }

            foreach (var item in items.EnumerateArray())
            {
                if (item.GetProperty("result").GetString()!.Length != 98)
                {
                    throw new InvalidOperationException($"{id}: {item}");
                }
            }

            from += items.GetArrayLength();
        }
    }

    public async Task<string> SubmitAsync(byte[] spec, CancellationToken cancel)
    {
        using var content = new ByteArrayContent(spec) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
        using var request = new HttpRequestMessage(HttpMethod.Post, "api/v1/jobs") { Content = content };
        request.Headers.Add("Idempotency-Key", Convert.ToHexStringLower(System.Security.Cryptography.RandomNumberGenerator.GetBytes(16)));
        using var response = await _http.SendAsync(request, cancel);
        var body = await response.Content.ReadAsByteArrayAsync(cancel);
        if (!response.IsSuccessStatusCode)
        {
            throw new InvalidOperationException(System.Text.Encoding.UTF8.GetString(body));
        }

        using var json = JsonDocument.Parse(body);
        return json.RootElement.GetProperty("id").GetString()!;
    }

    public async Task WaitAsync(string id, CancellationToken cancel)
    {
        while (true)
        {
            using var json = JsonDocument.Parse(await _http.GetByteArrayAsync($"api/v1/jobs/{id}/results?wait=60&limit=1", cancel));
            if (json.RootElement.GetProperty("state").GetString() is "succeeded" or "failed" or "cancelled")
            {
                return;
            }
        }
    }

    public static byte[] Spec(int tasks)
    {
        var buffer = new ArrayBufferWriter<byte>(tasks * 110);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteStartObject("spec");
            json.WriteString("name", "echo");
            json.WriteStartArray("tasks");
            json.WriteStartObject();
            json.WriteString("id", "echo");
            json.WriteString("runtime", "function");
            json.WriteString("function", "echo");
            json.WriteString("timeout", "60s");
            json.WriteStartArray("payloads");
            for (var task = 0; task < tasks; task++)
            {
                json.WriteStringValue(task.ToString("D98"));
            }

            json.WriteEndArray();
            json.WriteEndObject();
            json.WriteEndArray();
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    public void Dispose() => _http.Dispose();
}
