using System.Net.Http;
using Muster.Agents.Providers.Failures;

namespace Muster.Agents.Providers.Anthropic;

/// <summary>Explains an error answer while its headers can still be seen; the package's exception does not carry them.</summary>
internal sealed class RefusalHandler(Endpoint endpoint, TimeProvider time)
    : DelegatingHandler(new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(15), PooledConnectionLifetime = TimeSpan.FromMinutes(5) })
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = await base.SendAsync(request, cancellationToken);
        if (response.IsSuccessStatusCode)
        {
            return response;
        }

        using (response)
        {
            string? Header(string name) => response.Headers.TryGetValues(name, out var values) ? values.FirstOrDefault() : null;
            var shouldRetry = bool.TryParse(Header("x-should-retry"), out var said) ? said : (bool?)null;
            var body = await response.Content.ReadAsStringAsync(cancellationToken);
            throw new ModelProblemException(Explain.Reply(
                endpoint, ErrorReply.FromBody((int)response.StatusCode, body, RetryAfter.Read(Header, time.GetUtcNow()), shouldRetry)));
        }
    }
}
