using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Muster.Node.Sandbox.Tasks.Containers;

/// <summary>The engine answered that it will not, or did not answer; the message is the engine's own sentence.</summary>
/// <param name="status">Its HTTP status; null when there was no answer.</param>
internal sealed class EngineException(string message, HttpStatusCode? status, Exception? inner = null) : Exception(message, inner)
{
    public HttpStatusCode? Status => status;
}

/// <summary>
/// The little of the Docker Engine API that tasks need, over the engine's socket; Podman serves the same. The library that has all of it
/// is Docker.DotNet: eight calls did not pay for it.
/// </summary>
internal sealed class EngineClient : IDisposable
{
    private const int MostBytes = 8 << 20;
    private const int MostOfAnError = 2000;
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);
    private readonly HttpClient _http;
    private readonly TimeProvider _time;

    public EngineClient(string socket, TimeProvider time)
    {
        (Socket, _time) = (socket, time);
        var handler = new SocketsHttpHandler
        {
            ConnectCallback = (_, cancel) => ConnectAsync(socket, cancel),
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(10),
        };
        _http = new HttpClient(handler) { BaseAddress = new Uri("http://engine/"), Timeout = Timeout.InfiniteTimeSpan, MaxResponseContentBufferSize = MostBytes };
    }

    public string Socket { get; }

    /// <summary>Such as <c>/v1.41</c>, once it is known what the engine speaks.</summary>
    public string Version { get; set; } = "";

    public async Task<T> GetAsync<T>(string path, JsonTypeInfo<T> type, CancellationToken cancel)
    {
        using var answer = await SendAsync(HttpMethod.Get, path, null, _patience, cancel);
        return Read(await BodyAsync(answer, cancel), type);
    }

    /// <param name="limit">Null waits for as long as it takes.</param>
    public async Task<TAnswer> PostAsync<TBody, TAnswer>(
        string path, TBody? body, JsonTypeInfo<TBody> bodyType, JsonTypeInfo<TAnswer> answerType, TimeSpan? limit, CancellationToken cancel)
    {
        using var content = body is null ? null : new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(body, bodyType));
        if (content is not null)
        {
            content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        }

        using var answer = await SendAsync(HttpMethod.Post, path, content, limit, cancel);
        return Read(await BodyAsync(answer, cancel), answerType);
    }

    /// <summary>Does something that has no answer but that it is done.</summary>
    /// <param name="fine">Answers that mean as much: it was so already.</param>
    public async Task DoAsync(HttpMethod method, string path, CancellationToken cancel, params IReadOnlyList<HttpStatusCode> fine)
    {
        try
        {
            using var answer = await SendAsync(method, path, null, _patience, cancel);
        }
        catch (EngineException refused) when (refused.Status is { } status && fine.Contains(status))
        {
            // It was so already.
        }
    }

    /// <summary>Sends a body and hands over the lines of the answer, each an object of JSON, as they come.</summary>
    public async Task StreamAsync(string path, HttpContent? content, Action<ReadOnlyMemory<char>> line, CancellationToken cancel)
    {
        using var answer = await SendAsync(HttpMethod.Post, path, content, null, cancel);
        try
        {
            using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync(cancel));
            var buffer = new char[64 * 1024];
            var filled = 0;
            for (int count; (count = await reader.ReadAsync(buffer.AsMemory(filled), cancel)) > 0;)
            {
                filled += count;
                for (int end; (end = buffer.AsSpan(0, filled).IndexOf('\n')) >= 0;)
                {
                    line(buffer.AsMemory(0, end));
                    buffer.AsSpan(end + 1, filled - end - 1).CopyTo(buffer);
                    filled -= end + 1;
                }

                filled = filled == buffer.Length ? 0 : filled;
            }

            line(buffer.AsMemory(0, filled));
        }
        catch (IOException broken)
        {
            throw new EngineException($"the connection to it broke ({broken.Message.TrimEnd('.')})", null, broken);
        }
    }

    /// <summary>What the container prints, in the engine's frames, from now on.</summary>
    public async Task<(HttpResponseMessage Answer, Stream Frames)> AttachAsync(string container, CancellationToken cancel)
    {
        var answer = await SendAsync(HttpMethod.Post, $"/containers/{container}/attach?stream=1&stdout=1&stderr=1", null, _patience, cancel, upgrade: true);
        return (answer, await answer.Content.ReadAsStreamAsync(cancel));
    }

    /// <summary>The headers of the answer to a ping, which no engine refuses whatever version it is asked in.</summary>
    public async Task<HttpResponseHeaders> PingAsync(CancellationToken cancel)
    {
        using var answer = await SendAsync(HttpMethod.Get, "/_ping", null, TimeSpan.FromSeconds(10), cancel);
        return answer.Headers;
    }

    public void Dispose() => _http.Dispose();

    private static async ValueTask<Stream> ConnectAsync(string path, CancellationToken cancel)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancel);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private async Task<HttpResponseMessage> SendAsync(
        HttpMethod method, string path, HttpContent? content, TimeSpan? limit, CancellationToken cancel, bool upgrade = false)
    {
        using var tooLong = new CancellationTokenSource(limit ?? Timeout.InfiniteTimeSpan, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(tooLong.Token, cancel);
        using var request = new HttpRequestMessage(method, Version + path) { Content = content };
        if (upgrade)
        {
            request.Headers.Connection.Add("Upgrade");
            request.Headers.Upgrade.Add(new ProductHeaderValue("tcp"));
        }

        try
        {
            var answer = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            if (answer.IsSuccessStatusCode || answer.StatusCode == HttpStatusCode.SwitchingProtocols)
            {
                return answer;
            }

            using (answer)
            {
                throw new EngineException(await MessageAsync(answer, either.Token), answer.StatusCode);
            }
        }
        catch (OperationCanceledException late) when (!cancel.IsCancellationRequested)
        {
            throw new EngineException($"it did not answer within {limit!.Value.TotalSeconds:0} s", null, late);
        }
        catch (HttpRequestException broken)
        {
            throw new EngineException((broken.InnerException ?? broken).Message.TrimEnd('.'), null, broken);
        }
    }

    private static async Task<byte[]> BodyAsync(HttpResponseMessage answer, CancellationToken cancel)
    {
        try
        {
            return await answer.Content.ReadAsByteArrayAsync(cancel);
        }
        catch (HttpRequestException broken)
        {
            throw new EngineException($"its answer could not be read ({broken.Message.TrimEnd('.')})", null, broken);
        }
    }

    private static async Task<string> MessageAsync(HttpResponseMessage answer, CancellationToken cancel)
    {
        var body = await BodyAsync(answer, cancel);
        try
        {
            var message = JsonSerializer.Deserialize(body, EngineJson.Default.EngineMessage)?.Message;
            return string.IsNullOrWhiteSpace(message) ? $"it answered {(int)answer.StatusCode}" : message.Trim()[..Math.Min(MostOfAnError, message.Trim().Length)].TrimEnd('.');
        }
        catch (JsonException)
        {
            return $"it answered {(int)answer.StatusCode}";
        }
    }

    private static T Read<T>(byte[] body, JsonTypeInfo<T> type)
    {
        try
        {
            return JsonSerializer.Deserialize(body, type) ?? throw new EngineException("it answered with nothing", null);
        }
        catch (JsonException broken)
        {
            throw new EngineException($"it answered with something else than was asked for ({broken.Message.TrimEnd('.')})", null, broken);
        }
    }
}
