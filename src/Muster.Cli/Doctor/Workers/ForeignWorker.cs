using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Muster.Cli.Doctor.Workers;

/// <summary>What a worker answered.</summary>
/// <param name="Body">Null when it was no JSON object.</param>
internal sealed record WorkerAnswer(int Status, JsonObject? Body)
{
    public string? this[string field] => Body?[field] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    public bool? Flag(string field) => Body?[field] is JsonValue value && value.TryGetValue<bool>(out var flag) ? flag : null;

    public override string ToString() => Body is null ? $"{Status} without a JSON object" : $"{Status} {Body.ToJsonString()}";
}

/// <summary>A program that serves PiBot's five routes, whoever wrote it.</summary>
internal sealed class ForeignWorker(string name, Uri address, string? key, TimeProvider time) : IDisposable
{
    private const int UsualPort = 5000;
    private const int Largest = 4 << 20;
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(10);
    private readonly HttpClient _http = new() { BaseAddress = address, Timeout = Timeout.InfiniteTimeSpan, MaxResponseContentBufferSize = Largest };

    public string Name => name;

    /// <summary>The address of <c>host</c> or <c>host:port</c>; null for what is neither.</summary>
    public static Uri? Address(string text)
    {
        var bare = text.StartsWith("http://", StringComparison.OrdinalIgnoreCase) ? text["http://".Length..].TrimEnd('/') : text;
        return Uri.TryCreate($"http://{bare}", UriKind.Absolute, out var url) && url.PathAndQuery == "/" && url.UserInfo.Length == 0
            ? bare.LastIndexOf(':') > bare.LastIndexOf(']') ? url : new UriBuilder(url) { Port = UsualPort }.Uri
            : null;
    }

    public Task<WorkerAnswer> GetAsync(string path, CancellationToken cancel) => SendAsync(HttpMethod.Get, path, null, cancel);

    public Task<WorkerAnswer> PostAsync(string path, string? body, CancellationToken cancel) => SendAsync(HttpMethod.Post, path, body, cancel);

    public Task<WorkerAnswer> SubmitAsync(string id, string description, CancellationToken cancel) =>
        PostAsync("/task", new JsonObject { ["task_id"] = id, ["description"] = description, ["skills"] = new JsonArray() }.ToJsonString(), cancel);

    /// <summary>Asks until the answer is this, or the time is over; the last answer either way.</summary>
    public async Task<WorkerAnswer> UntilAsync(string path, Func<WorkerAnswer, bool> wanted, TimeSpan most, CancellationToken cancel)
    {
        var began = time.GetTimestamp();
        while (true)
        {
            var answer = await GetAsync(path, cancel);
            if (wanted(answer) || time.GetElapsedTime(began) > most)
            {
                return answer;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(100), time, cancel);
        }
    }

    public void Dispose() => _http.Dispose();

    /// <exception cref="WorkerFault">It does not answer, or not as HTTP, or lets nobody in.</exception>
    private async Task<WorkerAnswer> SendAsync(HttpMethod method, string path, string? body, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(method, path);
        request.Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json");
        request.Headers.Authorization = key is null ? null : new AuthenticationHeaderValue("Bearer", key);
        using var limit = new CancellationTokenSource(_patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancel);
        try
        {
            using var response = await _http.SendAsync(request, either.Token);
            var answer = new WorkerAnswer((int)response.StatusCode, Parse(await response.Content.ReadAsStringAsync(either.Token)));
            return answer.Status switch
            {
                401 => throw new WorkerFault(
                    $"lets nobody in without {(key is null ? "its key" : "another key")} (401 to {method} {path}): give it as {WorkerKeys.Setting}: [HOST:PORT=KEY] in muster.yaml, or in MUSTER_PIBOT__WORKER_KEYS"),
                403 => throw new WorkerFault($"does not let this machine in (403 to {method} {path}): {answer["error"] ?? "its owner has to allow it"}"),
                _ => answer,
            };
        }
        catch (HttpRequestException error)
        {
            throw new WorkerFault($"does not answer ({error.Message})");
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new WorkerFault(string.Create(CultureInfo.InvariantCulture, $"gave no answer to {method} {path} within {_patience.TotalSeconds:0} s"));
        }
    }

    private static JsonObject? Parse(string text)
    {
        try
        {
            return JsonNode.Parse(text) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>What a worker does wrong, as the end of a sentence that begins with its name.</summary>
internal sealed class WorkerFault(string message) : Exception(message);
