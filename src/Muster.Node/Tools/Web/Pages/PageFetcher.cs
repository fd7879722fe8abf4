using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Muster.Agents.Tools;
using Muster.Node.Sandbox.Tasks.Egress;

namespace Muster.Node.Tools.Web.Pages;

/// <summary>Gets one page over plain HTTP: no cookies, no sign-in, no scripts, no private addresses, and never more than its limits.</summary>
internal sealed class PageFetcher
{
    private const int MostBytes = 4 * 1024 * 1024;
    private const int MostRedirects = 10;

    private readonly CheckedConnection _connection;
    private readonly TimeSpan _patience;
    private readonly TimeProvider _time;

    public PageFetcher(WebOptions options, TimeProvider time)
    {
        (_patience, _time) = (options.PagePatience, time);
        _connection = new CheckedConnection(options.Route, [.. options.PrivateHosts.Select(HostRule.Parse)]);
    }

    /// <summary>Nobody else can fetch this one: the owner named its host, or its address itself is not public.</summary>
    public bool IsPrivate(Uri address) => _connection.IsAllowed(address.IdnHost, address.Port) || address.IdnHost.TrimEnd('.') == "localhost"
        || (IPAddress.TryParse(address.IdnHost, out var number) && !PublicAddress.Is(number));

    /// <exception cref="ToolException">Not to be had; says why.</exception>
    public async Task<FetchedPage> FetchAsync(Uri address, CancellationToken abort)
    {
        using var limit = new CancellationTokenSource(_patience, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, abort);
        try
        {
            using var http = NewClient();
            return await FollowAsync(http, address, either.Token);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !abort.IsCancellationRequested)
        {
            throw new ToolException(string.Create(CultureInfo.InvariantCulture, $"{address.Host} did not give the whole page within {_patience.TotalSeconds:0} s."));
        }
        catch (HttpRequestException failure)
        {
            throw new ToolException(failure.InnerException is ToolException refusal ? refusal.Message : Sentence(address, failure));
        }
        catch (Exception broken) when (broken is IOException or InvalidDataException)
        {
            throw new ToolException($"The answer of {address.Host} broke off or cannot be unpacked: {broken.Message}");
        }
    }

    private HttpClient NewClient()
    {
        var http = new HttpClient(new SocketsHttpHandler
        {
            ConnectCallback = _connection.OpenAsync,
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false, // a proxy would look names up again, and reach what is private from where it stands
            AutomaticDecompression = DecompressionMethods.All,
            MaxResponseHeadersLength = 64,
            MaxResponseDrainSize = 0,
            ConnectTimeout = TimeSpan.FromSeconds(10),
        })
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };
        http.DefaultRequestHeaders.UserAgent.ParseAdd("Muster/0.1");
        http.DefaultRequestHeaders.Accept.ParseAdd("text/html, text/markdown, text/plain, application/xhtml+xml, application/json;q=0.9, application/xml;q=0.9, */*;q=0.1");
        return http;
    }

    private static async Task<FetchedPage> FollowAsync(HttpClient http, Uri address, CancellationToken cancel)
    {
        var seen = new HashSet<Uri>();
        while (seen.Add(address))
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, address);
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancel);
            if (Target(response, address) is { } next)
            {
                if (seen.Count > MostRedirects)
                {
                    throw new ToolException(string.Create(CultureInfo.InvariantCulture, $"More than {MostRedirects} redirects; the last one leads to {next.AbsoluteUri}."));
                }

                address = WebAddress.Checked(next);
                continue;
            }

            if (!response.IsSuccessStatusCode)
            {
                throw new ToolException(string.Create(CultureInfo.InvariantCulture, $"{address.AbsoluteUri} answers {(int)response.StatusCode} {response.ReasonPhrase}."))
                {
                    Details = WebDetails.Of((int)response.StatusCode),
                };
            }

            return await ReadAsync(response, address, cancel);
        }

        throw new ToolException($"The redirects lead round in a circle, back to {address.AbsoluteUri}.");
    }

    private static Uri? Target(HttpResponseMessage response, Uri address) =>
        response.StatusCode is HttpStatusCode.MovedPermanently or HttpStatusCode.Found or HttpStatusCode.SeeOther
            or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect && response.Headers.Location is { } location
                ? new Uri(address, location)
                : null;

    private static async Task<FetchedPage> ReadAsync(HttpResponseMessage response, Uri address, CancellationToken cancel)
    {
        var type = response.Content.Headers.ContentType;
        var told = PageType.Of(type?.MediaType);
        PageType.Require(told, address, type?.MediaType);
        var (bytes, cut) = await BytesAsync(await response.Content.ReadAsStreamAsync(cancel), cancel);
        var kind = told == PageKind.Unknown ? PageType.Sniff(bytes) : told;
        PageType.Require(kind, address, type?.MediaType);
        var text = PageCharset.Decode(bytes, type?.CharSet);
        var note = cut ? $"The page is larger than {MostBytes / (1024 * 1024)} MiB; only its beginning was read." : null;
        var status = (int)response.StatusCode;
        return kind == PageKind.Html
            ? new FetchedPage(address, status, await Task.Run(() => ReadablePage.Markdown(text, address, cancel), cancel), IsMarkdown: true, note)
            : new FetchedPage(address, status, text.Trim(), IsMarkdown: false, note);
    }

    private static async Task<(byte[] Bytes, bool Cut)> BytesAsync(Stream body, CancellationToken cancel)
    {
        using var kept = new MemoryStream();
        var buffer = new byte[32 * 1024];
        for (int read; (read = await body.ReadAsync(buffer, cancel)) > 0;)
        {
            var room = MostBytes - (int)kept.Length;
            kept.Write(buffer, 0, Math.Min(read, room));
            if (read > room)
            {
                return (kept.ToArray(), true);
            }
        }

        return (kept.ToArray(), false);
    }

    private static string Sentence(Uri address, HttpRequestException failure) => failure switch
    {
        { InnerException: SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain } } =>
            $"This machine cannot find {address.Host}: check the name, and whether the machine is online.",
        { HttpRequestError: HttpRequestError.SecureConnectionError } =>
            $"{address.Host} has no certificate that this machine trusts: {(failure.InnerException ?? failure).Message}",
        _ => $"{address.Host} cannot be reached: {(failure.InnerException ?? failure).Message}",
    };
}
