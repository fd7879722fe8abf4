using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Muster.Agents.Tools;

namespace Muster.Node.Tools.House;

/// <summary>Home Assistant's REST interface. The token goes to the one address that it was set for, and into no text.</summary>
internal sealed class HomeAssistantApi(HomeAssistantOptions options, TimeProvider time)
{
    private const int Largest = 8 << 20;
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(15);

    private static readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false, UseCookies = false, PooledConnectionLifetime = TimeSpan.FromMinutes(2) })
    {
        Timeout = Timeout.InfiniteTimeSpan, MaxResponseContentBufferSize = Largest,
    };

    public Task<JsonNode?> GetAsync(string path, CancellationToken abort) => SendAsync(HttpMethod.Get, path, null, abort);

    public Task<JsonNode?> PostAsync(string path, JsonObject body, CancellationToken abort) => SendAsync(HttpMethod.Post, path, body, abort);

    private async Task<JsonNode?> SendAsync(HttpMethod method, string path, JsonObject? body, CancellationToken abort)
    {
        using var request = new HttpRequestMessage(method, new Uri($"{options.Url.AbsoluteUri.TrimEnd('/')}/api/{path}"));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", options.Token);
        request.Content = body is null ? null : new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
        using var limit = new CancellationTokenSource(_patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, abort);
        try
        {
            using var response = await _http.SendAsync(request, either.Token);
            var text = await response.Content.ReadAsStringAsync(either.Token);
            return response.IsSuccessStatusCode ? JsonNode.Parse(text) : throw new ToolException(Refusal(response.StatusCode, text));
        }
        catch (HttpRequestException error)
        {
            throw new ToolException(Safe($"Home Assistant at {Place} does not answer: {error.Message}"));
        }
        catch (JsonException)
        {
            throw new ToolException($"What answers at {Place} is not Home Assistant (tools.home_assistant.url).");
        }
        catch (OperationCanceledException) when (!abort.IsCancellationRequested)
        {
            throw new ToolException(string.Create(CultureInfo.InvariantCulture, $"Home Assistant at {Place} did not answer within {_patience.TotalSeconds:0} s. What it was asked to do may be done all the same."));
        }
    }

    private string Place => options.Url.GetLeftPart(UriPartial.Authority);

    private string Refusal(HttpStatusCode status, string text) => status switch
    {
        HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => "Home Assistant does not take the token (tools.home_assistant.token). Make a long-lived access token on your profile's page there.",
        HttpStatusCode.NotFound => "Home Assistant does not know this.",
        _ => Safe($"Home Assistant refuses this ({(int)status}): {(text.Length <= 300 ? text : text[..300] + "…")}"),
    };

    private string Safe(string text) => text.Replace(options.Token, "…", StringComparison.Ordinal);
}
