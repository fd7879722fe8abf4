using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Muster.Agents.Tools;

namespace Muster.Node.Tools.Web.Metaso;

/// <summary>
/// Calls tools of Metaso's MCP endpoint. The server is known to answer without a handshake and to tell errors in ways that MCP does
/// not have, which the SDK's client hides or stumbles over; so this speaks the few messages itself.
/// </summary>
internal sealed class MetasoClient
{
    private const string Version = "2025-06-18";
    private const int MostBytes = 4 * 1024 * 1024;
    private const int Tries = 3;
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);

    private readonly Uri _endpoint;
    private readonly string _key;
    private readonly TimeProvider _time;
    private Session? _session;
    private int _number;

    public MetasoClient(Uri endpoint, string key, TimeProvider time) => (_endpoint, _key, _time) = (endpoint, key, time);

    /// <summary>The text that the tool gives.</summary>
    /// <exception cref="ToolException">It refused or cannot be reached; says what to do.</exception>
    public async Task<string> CallAsync(string tool, JsonObject arguments, CancellationToken abort)
    {
        using var limit = new CancellationTokenSource(_patience, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, abort);
        try
        {
            var call = new JsonObject { ["name"] = tool, ["arguments"] = arguments };
            using var http = NewClient();
            var session = await SessionAsync(http, either.Token);
            var (status, body) = await SendAsync(http, call, session, either.Token);
            if (status == (session.Id is null ? HttpStatusCode.BadRequest : HttpStatusCode.NotFound))
            {
                // It has forgotten the session, or wants one after all: begin again, once.
                Interlocked.CompareExchange(ref _session, null, session);
                (status, body) = await SendAsync(http, call, await SessionAsync(http, either.Token), either.Token);
            }

            return MetasoReply.Text(status, body);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !abort.IsCancellationRequested)
        {
            throw new ToolException(string.Create(CultureInfo.InvariantCulture, $"Metaso did not answer within {_patience.TotalSeconds:0} s. Try again, or ask for less."));
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException)
        {
            throw new ToolException($"Metaso ({_endpoint.Host}) cannot be reached: {(failure.InnerException ?? failure).Message}");
        }
    }

    private HttpClient NewClient()
    {
        // Elsewhere the key has no business, so redirects are not followed.
        var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, AutomaticDecompression = DecompressionMethods.All, ConnectTimeout = TimeSpan.FromSeconds(10) })
        {
            Timeout = Timeout.InfiniteTimeSpan,
            MaxResponseContentBufferSize = MostBytes,
        };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", _key);
        http.DefaultRequestHeaders.Accept.ParseAdd("application/json, text/event-stream");
        return http;
    }

    /// <summary>Two calls at once may each open one; the last is kept.</summary>
    private async Task<Session> SessionAsync(HttpClient http, CancellationToken cancel)
    {
        var session = Volatile.Read(ref _session) ?? await OpenAsync(http, cancel);
        Volatile.Write(ref _session, session);
        return session;
    }

    private async Task<Session> OpenAsync(HttpClient http, CancellationToken cancel)
    {
        var hello = new JsonObject
        {
            ["protocolVersion"] = Version,
            ["capabilities"] = new JsonObject(),
            ["clientInfo"] = new JsonObject { ["name"] = "muster", ["version"] = "0.1" },
        };
        using var response = await PostAsync(http, Message("initialize", hello, NextNumber()), Session.None, cancel);
        MetasoReply.RequireKey(response.StatusCode);
        var result = response.IsSuccessStatusCode && MetasoReply.Message(await response.Content.ReadAsStringAsync(cancel)) is { } reply ? reply["result"] as JsonObject : null;
        if (result is null)
        {
            return Session.None; // it wants no handshake
        }

        var id = response.Headers.TryGetValues("Mcp-Session-Id", out var ids) ? ids.First() : null;
        var session = new Session(id, MetasoReply.String(result["protocolVersion"]) ?? Version);
        using var told = await PostAsync(http, Message("notifications/initialized", null, null), session, cancel);
        return session;
    }

    private async Task<(HttpStatusCode Status, string Body)> SendAsync(HttpClient http, JsonObject call, Session session, CancellationToken cancel)
    {
        using var response = await PostAsync(http, Message("tools/call", call, NextNumber()), session, cancel);
        return (response.StatusCode, await response.Content.ReadAsStringAsync(cancel));
    }

    /// <summary>Again after a short while where that can help: searches change nothing.</summary>
    private async Task<HttpResponseMessage> PostAsync(HttpClient http, string message, Session session, CancellationToken cancel)
    {
        for (var attempt = 1; ; attempt++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, _endpoint) { Content = new StringContent(message, Encoding.UTF8, "application/json") };
            session.AddTo(request);
            try
            {
                var response = await http.SendAsync(request, cancel);
                if (attempt == Tries || (response.StatusCode != HttpStatusCode.TooManyRequests && (int)response.StatusCode < 500))
                {
                    return response;
                }

                response.Dispose();
            }
            catch (HttpRequestException) when (attempt < Tries)
            {
                // the pause below
            }

            await Task.Delay(TimeSpan.FromMilliseconds(300 * attempt * attempt), _time, cancel);
        }
    }

    private int NextNumber() => Interlocked.Increment(ref _number);

    private static string Message(string method, JsonObject? parameters, int? id)
    {
        var message = new JsonObject { ["jsonrpc"] = "2.0", ["method"] = method };
        if (id is not null)
        {
            message["id"] = id;
        }

        if (parameters is not null)
        {
            message["params"] = parameters.DeepClone();
        }

        return message.ToJsonString(new JsonSerializerOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
    }

    private sealed record Session(string? Id, string? Protocol)
    {
        public static Session None { get; } = new(null, null);

        public void AddTo(HttpRequestMessage request)
        {
            foreach (var (name, value) in new[] { ("MCP-Protocol-Version", Protocol), ("Mcp-Session-Id", Id) })
            {
                if (value is not null)
                {
                    request.Headers.TryAddWithoutValidation(name, value);
                }
            }
        }
    }
}
