using System.Net.Http.Headers;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Muster.Client.Accounts;

namespace Muster.Client.Http;

/// <summary>One request at a time made reliable: credentials, refresh, 429, and a network that comes back.</summary>
internal sealed class Transport : IDisposable
{
    private readonly HttpClient _http;
    private readonly MusterClientOptions _options;
    private readonly Authorization _authorization;

    public Transport(Uri hub, string? credential, MusterClientOptions options)
        : this(hub, new HttpClient(options.Handler ?? Pinning.Handler(hub, options.Fingerprint)) { Timeout = Timeout.InfiniteTimeSpan }, credential, options)
    {
        _http.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("muster-client", "1"));
    }

    private Transport(Uri hub, HttpClient http, string? credential, MusterClientOptions options)
    {
        Hub = hub.AbsoluteUri.EndsWith('/') ? hub : new Uri(hub.AbsoluteUri + "/");
        _options = options;
        _http = http;
        _authorization = new Authorization(credential, options.Tokens ?? new MemoryTokenStore(), options.Time, RefreshAsync);
    }

    public Uri Hub { get; }

    public Authorization Authorization => _authorization;

    /// <summary>The same connection with another credential, kept in memory alone.</summary>
    public Transport As(string? credential) => new(Hub, _http, credential, _options with { Tokens = null });

    public Task<T> GetAsync<T>(string path, JsonTypeInfo<T> answer, CancellationToken cancellationToken) =>
        ReadAsync(new Call(HttpMethod.Get, path, null), answer, cancellationToken);

    /// <param name="key">The idempotency key; made for this call when null.</param>
    public Task<TAnswer> PostAsync<TBody, TAnswer>(
        string path, TBody body, JsonTypeInfo<TBody> shape, JsonTypeInfo<TAnswer> answer, CancellationToken cancellationToken, string? key = null) =>
        ReadAsync(new Call(HttpMethod.Post, path, JsonSerializer.SerializeToUtf8Bytes(body, shape), Key: key), answer, cancellationToken);

    public Task<TAnswer> PatchAsync<TBody, TAnswer>(string path, TBody body, JsonTypeInfo<TBody> shape, JsonTypeInfo<TAnswer> answer, CancellationToken cancellationToken) =>
        ReadAsync(new Call(HttpMethod.Patch, path, JsonSerializer.SerializeToUtf8Bytes(body, shape)), answer, cancellationToken);

    public Task<TAnswer> PutAsync<TBody, TAnswer>(string path, TBody body, JsonTypeInfo<TBody> shape, JsonTypeInfo<TAnswer> answer, CancellationToken cancellationToken) =>
        ReadAsync(new Call(HttpMethod.Put, path, JsonSerializer.SerializeToUtf8Bytes(body, shape)), answer, cancellationToken);

    public async Task DoAsync(HttpMethod method, string path, byte[]? body, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(new Call(method, path, body), cancellationToken);
    }

    public async Task<string> TextAsync(string path, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(new Call(HttpMethod.Get, path, null), cancellationToken);
        return await response.Content.ReadAsStringAsync(cancellationToken);
    }

    /// <summary>Opens a stream of events, once: whoever reads it decides about trying again.</summary>
    public Task<HttpResponseMessage> OpenAsync(string path, long after, CancellationToken cancellationToken) =>
        OnceAsync(new Call(HttpMethod.Get, path, null, after), HttpCompletionOption.ResponseHeadersRead, cancellationToken);

    /// <summary>Opens what is too long to be held in memory, once, with a patience of its own for the first byte.</summary>
    public Task<HttpResponseMessage> OpenAsync(HttpMethod method, string path, TimeSpan patience, CancellationToken cancellationToken) =>
        OnceAsync(new Call(method, path, null) { Patience = patience }, HttpCompletionOption.ResponseHeadersRead, cancellationToken);

    public Uri Address(string path) => new(Hub, path);

    /// <summary>One request with any body, without a limit of time; every answer is returned, as soon as its headers are there.</summary>
    /// <param name="make">Makes it, again where the credentials had to be renewed.</param>
    public async Task<HttpResponseMessage> RawAsync(Func<HttpRequestMessage> make, CancellationToken cancellationToken)
    {
        var token = await _authorization.CurrentAsync(cancellationToken);
        var response = await ExchangeAsync(make(), token, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        if (response.StatusCode != System.Net.HttpStatusCode.Unauthorized || await _authorization.RenewAsync(token, cancellationToken) is not { } renewed)
        {
            return response;
        }

        response.Dispose();
        return await ExchangeAsync(make(), renewed, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
    }

    public Task<MusterException> RefusalAsync(HttpResponseMessage answer, CancellationToken cancellationToken) =>
        Problems.ReadAsync(answer, Hub, _options.Time, cancellationToken);

    public void Dispose() => _http.Dispose();

    private async Task<T> ReadAsync<T>(Call call, JsonTypeInfo<T> shape, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(call, cancellationToken);
        var bytes = await response.Content.ReadAsByteArrayAsync(cancellationToken);
        try
        {
            return JsonSerializer.Deserialize(bytes, shape) ?? throw new JsonException("null");
        }
        catch (JsonException exception)
        {
            throw new MusterException((int)response.StatusCode, "unexpected_answer", $"{Hub}{call.Path} answered what a Muster hub would not; check the address.", null, exception);
        }
    }

    private async Task<HttpResponseMessage> SendAsync(Call call, CancellationToken cancellationToken)
    {
        var retry = new Retry(_options);
        while (true)
        {
            try
            {
                return await OnceAsync(call, HttpCompletionOption.ResponseContentRead, cancellationToken);
            }
            catch (MusterException failure) when (retry.Next(failure) is { } wait)
            {
                await Task.Delay(wait, _options.Time, cancellationToken);
            }
        }
    }

    private async Task<HttpResponseMessage> OnceAsync(Call call, HttpCompletionOption completion, CancellationToken cancellationToken)
    {
        var token = await _authorization.CurrentAsync(cancellationToken);
        var response = await ExchangeAsync(call, token, completion, cancellationToken);
        if (response.StatusCode == System.Net.HttpStatusCode.Unauthorized && await _authorization.RenewAsync(token, cancellationToken) is { } renewed)
        {
            response.Dispose();
            response = await ExchangeAsync(call, renewed, completion, cancellationToken);
        }

        if (response.IsSuccessStatusCode)
        {
            return response;
        }

        using (response)
        {
            throw await Problems.ReadAsync(response, Hub, _options.Time, cancellationToken);
        }
    }

    private async Task<HttpResponseMessage> ExchangeAsync(Call call, string? token, HttpCompletionOption completion, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(call.Patience ?? _options.Timeout, _options.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            return await ExchangeAsync(call.ToRequest(Hub), token, completion, either.Token);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new MusterException(0, "unreachable", $"The hub at {Hub} did not answer within {_options.Timeout.TotalSeconds:0} s.", null, exception);
        }
    }

    private async Task<HttpResponseMessage> ExchangeAsync(HttpRequestMessage made, string? token, HttpCompletionOption completion, CancellationToken cancellationToken)
    {
        using var request = made;
        request.Headers.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
        try
        {
            return await _http.SendAsync(request, completion, cancellationToken);
        }
        catch (HttpRequestException exception) when (exception.InnerException is AuthenticationException)
        {
            throw new MusterException(0, "wrong_fingerprint", $"{Hub} shows another key than the one that was pinned. If the hub was set up anew, sign in again with: muster login {Hub}", null, exception);
        }
        catch (HttpRequestException exception)
        {
            throw new MusterException(0, "unreachable", $"The hub at {Hub} cannot be reached: {exception.Message.TrimEnd('.')}.", null, exception);
        }
    }

    private async Task<LoginAnswer> RefreshAsync(string refreshToken, CancellationToken cancellationToken)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(new RefreshRequest(refreshToken), ClientJson.Default.RefreshRequest);
        using var response = await ExchangeAsync(new Call(HttpMethod.Post, "api/v1/refresh", body), null, HttpCompletionOption.ResponseContentRead, cancellationToken);
        return response.IsSuccessStatusCode
            ? JsonSerializer.Deserialize(await response.Content.ReadAsByteArrayAsync(cancellationToken), ClientJson.Default.LoginAnswer)!
            : throw await Problems.ReadAsync(response, Hub, _options.Time, cancellationToken);
    }

    /// <summary>The same key accompanies every try, so a repeated write happens once.</summary>
    private sealed record Call(HttpMethod Method, string Path, byte[]? Body, long After = 0, string? Key = null)
    {
        private readonly string _key = Key ?? Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));

        public TimeSpan? Patience { get; init; }

        public HttpRequestMessage ToRequest(Uri hub)
        {
            var request = new HttpRequestMessage(Method, new Uri(hub, Path));
            if (Method != HttpMethod.Get)
            {
                request.Headers.Add("Idempotency-Key", _key);
                request.Content = new ByteArrayContent(Body ?? []) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
            }

            if (After > 0)
            {
                request.Headers.Add("Last-Event-ID", After.ToString(System.Globalization.CultureInfo.InvariantCulture));
            }

            return request;
        }
    }
}
