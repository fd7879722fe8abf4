using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Muster.Node.Link;
using Muster.Protocol.Link;
using Muster.Protocol.Transfers;
using Muster.Protocol.Wire;

namespace Muster.Node.Artifacts;

/// <summary>Moves files between this node and its hub by HTTP, with the token of the link. Waits for a link that is away.</summary>
public sealed class HubTransfers : ITransferDoor, IDisposable
{
    private static readonly TimeSpan _tokenPatience = TimeSpan.FromSeconds(30);
    private readonly HttpClient _http;
    private readonly Uri _hub;
    private readonly TransferToken _token;

    /// <param name="patience">How long the hub may be away before a transfer fails.</param>
    public HubTransfers(NodeIdentity identity, TransferToken token, TimeProvider time, TimeSpan patience)
    {
        (Time, Patience, _token) = (time, patience, token);
        _hub = new Uri(identity.HubUrl.TrimEnd('/') + "/");
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false, UseCookies = false, UseProxy = !_hub.IsLoopback, ConnectTimeout = TimeSpan.FromSeconds(10),
        };
        if (identity.HubFingerprint is { } pin)
        {
            handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, _, _) => HubPin.Matches(certificate, pin);
        }

        _http = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
    }

    public TimeProvider Time { get; }

    public TimeSpan Patience { get; }

    /// <summary>The files that an attempt is given.</summary>
    /// <exception cref="TransferException">The hub refuses, or was away for too long.</exception>
    public async Task<IReadOnlyList<InputFile>> InputsAsync(AttemptRef attempt, CancellationToken cancel)
    {
        var list = await new SmallRequest(this, Address(attempt, "inputs")).RunAsync(cancel);
        return JsonSerializer.Deserialize(list, TransferJson.Default.IReadOnlyListInputFile) ?? [];
    }

    /// <summary>An input of an attempt.</summary>
    public ResumableDownload Download(AttemptRef attempt, ContentHash hash, long size) => new(this, Address(attempt, $"artifacts/{hash}"), hash, size);

    /// <summary>Something that an attempt made.</summary>
    public ResumableUpload Upload(AttemptRef attempt, UploadSource source) => new(new RoomDoor(this), Address(attempt, "artifacts"), source);

    public Uri Address(string path) => new(_hub, path);

    public async Task<HttpResponseMessage> SendAsync(Func<HttpRequestMessage> make, CancellationToken cancel)
    {
        string? stale = null;
        while (true)
        {
            var token = await TokenAsync(stale, cancel);
            var answer = await SendAsync(make(), token, cancel);
            if (answer.IsSuccessStatusCode)
            {
                return answer;
            }

            switch (answer.StatusCode)
            {
                case HttpStatusCode.Unauthorized when stale is null:
                    answer.Dispose();
                    stale = token; // it ended with its link; the next link brings another
                    continue;
                case HttpStatusCode.Unauthorized or HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout or HttpStatusCode.BadGateway
                    or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout:
                    using (answer)
                    {
                        throw new TransferBrokenException((await RefusalAsync(answer, cancel)).Message) { RetryAfter = answer.Headers.RetryAfter?.Delta };
                    }

                default:
                    return answer;
            }
        }
    }

    public async Task<Exception> RefusalAsync(HttpResponseMessage answer, CancellationToken cancel)
    {
        var (code, detail) = ("failed", $"The hub answered {(int)answer.StatusCode} to a transfer.");
        if (answer.Content.Headers.ContentType?.MediaType == "application/problem+json")
        {
            using var problem = JsonDocument.Parse(await answer.Content.ReadAsByteArrayAsync(cancel));
            code = problem.RootElement.TryGetProperty("code", out var given) ? given.GetString() ?? code : code;
            detail = problem.RootElement.TryGetProperty("detail", out var said) ? said.GetString() ?? detail : detail;
        }

        return new TransferException(code, detail);
    }

    public Exception Failure(string code, string sentence, Exception? inner = null) => new TransferException(code, sentence, inner);

    public void Dispose() => _http.Dispose();

    private Uri Address(AttemptRef attempt, string rest) => Address($"api/v1/node/attempts/{attempt.Job}/{attempt.Task}/{attempt.Attempt}/{rest}");

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage made, string token, CancellationToken cancel)
    {
        using var request = made;
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        try
        {
            return await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancel);
        }
        catch (HttpRequestException error)
        {
            throw new TransferBrokenException($"The hub at {_hub} cannot be reached ({(error.InnerException ?? error).Message.TrimEnd('.')}).", error);
        }
    }

    private async Task<string> TokenAsync(string? stale, CancellationToken cancel)
    {
        using var deadline = new CancellationTokenSource(_tokenPatience, Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancel);
        try
        {
            return await _token.GetAsync(stale, either.Token);
        }
        catch (OperationCanceledException error) when (!cancel.IsCancellationRequested)
        {
            throw new TransferBrokenException($"There is no link to the hub at {_hub}, or it gives no token for files (then update the hub).", error);
        }
    }

    /// <summary>What a task has made is not thrown away because the hub's disk is full at the moment.</summary>
    private sealed class RoomDoor(HubTransfers hub) : ITransferDoor
    {
        public TimeProvider Time => hub.Time;

        public TimeSpan Patience => hub.Patience;

        public async Task<HttpResponseMessage> SendAsync(Func<HttpRequestMessage> make, CancellationToken cancel)
        {
            var answer = await hub.SendAsync(make, cancel);
            if (answer.StatusCode != HttpStatusCode.InsufficientStorage)
            {
                return answer;
            }

            using (answer)
            {
                throw new TransferBrokenException((await RefusalAsync(answer, cancel)).Message);
            }
        }

        public Task<Exception> RefusalAsync(HttpResponseMessage answer, CancellationToken cancel) => hub.RefusalAsync(answer, cancel);

        public Exception Failure(string code, string sentence, Exception? inner = null) => hub.Failure(code, sentence, inner);
    }
}

/// <summary>A file could not be moved; the message is for a person.</summary>
/// <param name="code">As the hub's API says it, or <c>unreachable</c>, <c>damaged</c>, <c>too_large</c>.</param>
public sealed class TransferException(string code, string message, Exception? inner = null) : Exception(message, inner)
{
    public string Code => code;
}
