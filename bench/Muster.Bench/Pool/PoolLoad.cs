using System.Buffers;
using System.Net.Http.Headers;
using System.Text.Json;

namespace Muster.Bench.Pool;

/// <summary>Submits function jobs over REST and reads their results, as the SDK does.</summary>
internal sealed class PoolLoad : IDisposable
{
    private const int PayloadLength = 98; // 100 bytes of JSON

    private readonly HttpClient _http;

    public PoolLoad(string url, string key)
    {
        _http = new HttpClient(new SocketsHttpHandler { UseProxy = false, UseCookies = false }) { BaseAddress = new Uri(url), Timeout = TimeSpan.FromMinutes(5) };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
    }

    /// <summary>One job, from its submission to its last result.</summary>
    /// <returns>What its first task gave.</returns>
    public async Task<string> RunAsync(byte[] spec, int tasks, CancellationToken cancel)
    {
        using var answer = await PostAsync(spec, cancel);
        var (id, first) = (answer.RootElement.GetProperty("id").GetString()!, answer.RootElement.GetProperty("results"));
        var count = Count(id, first);
        while (count < tasks)
        {
            await using var stream = await _http.GetStreamAsync($"api/v1/jobs/{id}/results?wait=60&from={count}", cancel);
            using var page = await JsonDocument.ParseAsync(stream, default, cancel);
            count += Count(id, page.RootElement);
        }

        return first.GetProperty("items")[0].GetProperty("result").GetString()!;
    }

    /// <summary>One job, from its submission to its end, without a look at its results.</summary>
    public async Task EndAsync(string spec, CancellationToken cancel)
    {
        using var answer = await PostAsync(System.Text.Encoding.UTF8.GetBytes(spec), cancel);
        var (id, state) = (answer.RootElement.GetProperty("id").GetString()!, answer.RootElement.GetProperty("state").GetString());
        while (state is not "succeeded")
        {
            state = state is "failed" or "cancelled" ? throw new InvalidOperationException($"{id}: {state}") : state;
            using var page = JsonDocument.Parse(await _http.GetStringAsync($"api/v1/jobs/{id}/results?wait=60&limit=1", cancel));
            state = page.RootElement.GetProperty("state").GetString();
        }
    }

    private static int Count(string id, JsonElement results)
    {
        if (results.GetProperty("state").GetString() is "failed" or "cancelled")
        {
            throw new InvalidOperationException($"{id}: {results}");
        }

        return results.GetProperty("items").EnumerateArray().Count(item =>
            item.GetProperty("result").GetString()!.Length == PayloadLength ? true : throw new InvalidOperationException($"{id}: {item}"));
    }

    private async Task<JsonDocument> PostAsync(byte[] spec, CancellationToken cancel)
    {
        using var content = new ByteArrayContent(spec) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
        using var request = new HttpRequestMessage(HttpMethod.Post, "api/v1/jobs?wait=60") { Content = content };
        request.Headers.Add("Idempotency-Key", Convert.ToHexStringLower(System.Security.Cryptography.RandomNumberGenerator.GetBytes(16)));
        using var response = await _http.SendAsync(request, cancel);
        var body = await response.Content.ReadAsByteArrayAsync(cancel);
        return response.IsSuccessStatusCode ? JsonDocument.Parse(body) : throw new InvalidOperationException(System.Text.Encoding.UTF8.GetString(body));
    }

    public static byte[] Spec(int tasks, string function = "echo") => Spec([(tasks, [])], function);

    /// <param name="steps">Per step, how many tasks, and the steps that it waits for.</param>
    public static byte[] Spec(IReadOnlyList<(int Tasks, int[] After)> steps, string function = "echo")
    {
        var buffer = new ArrayBufferWriter<byte>(steps.Sum(step => step.Tasks + 1) * 110);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteStartObject("spec");
            json.WriteString("name", "bench");
            json.WriteStartArray("tasks");
            for (var step = 0; step < steps.Count; step++)
            {
                WriteStep(json, step, steps[step], function);
            }

            json.WriteEndArray();
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static void WriteStep(Utf8JsonWriter json, int step, (int Tasks, int[] After) shape, string function)
    {
        json.WriteStartObject();
        json.WriteString("id", $"s{step}");
        json.WriteString("runtime", "function");
        json.WriteString("function", function);
        json.WriteString("timeout", "60s");
        if (shape.After.Length > 0)
        {
            json.WriteStartArray("after");
            foreach (var before in shape.After)
            {
                json.WriteStringValue($"s{before}");
            }

            json.WriteEndArray();
        }

        json.WriteStartArray("payloads");
        for (var task = 0; task < shape.Tasks; task++)
        {
            json.WriteStringValue(task.ToString("D98"));
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    public void Dispose() => _http.Dispose();
}
