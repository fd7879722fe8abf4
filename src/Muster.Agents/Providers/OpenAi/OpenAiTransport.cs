using System.ClientModel;
using System.ClientModel.Primitives;
using System.Net.Http;
using Muster.Agents.Providers.Failures;
using OpenAI;

namespace Muster.Agents.Providers.OpenAi;

/// <summary>How the OpenAI package is set up here: one connection pool, no retries and no time-outs of its own.</summary>
internal static class OpenAiTransport
{
    private const int LongestError = 64 * 1024;

    private static readonly HttpClient Http = new(new SocketsHttpHandler
    {
        ConnectTimeout = TimeSpan.FromSeconds(15),
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
    })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    /// <summary>Endpoints without keys take any; the package insists on one.</summary>
    public static ApiKeyCredential Credential(string? key) => new(string.IsNullOrEmpty(key) ? "none" : key);

    public static OpenAIClientOptions Options(Uri baseUrl) => new()
    {
        Endpoint = baseUrl,
        RetryPolicy = new ClientRetryPolicy(maxRetries: 0),
        NetworkTimeout = Timeout.InfiniteTimeSpan,
        Transport = new HttpClientPipelineTransport(Http),
    };

    public static async Task<ErrorReply> ReadErrorAsync(PipelineResponse response, TimeProvider time, CancellationToken cancel)
    {
        string? Header(string name) => response.Headers.TryGetValue(name, out var value) ? value : null;
        var shouldRetry = bool.TryParse(Header("x-should-retry"), out var said) ? said : (bool?)null;
        return ErrorReply.FromBody(
            response.Status, await ReadTextAsync(response, cancel), RetryAfter.Read(Header, time.GetUtcNow()), shouldRetry);
    }

    public static async Task<string> ReadTextAsync(PipelineResponse response, CancellationToken cancel)
    {
        if (response.ContentStream is not { } stream)
        {
            return "";
        }

        var buffer = new byte[LongestError];
        var length = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancel);
        return System.Text.Encoding.UTF8.GetString(buffer, 0, length);
    }
}
