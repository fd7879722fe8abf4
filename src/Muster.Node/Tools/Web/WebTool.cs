using System.Globalization;
using System.Text.Json;
using Muster.Agents.Tools;
using Muster.Node.Tools.Web.Metaso;
using Muster.Node.Tools.Web.Pages;

namespace Muster.Node.Tools.Web;

/// <summary>The internet: a page to read, a search, a question. With a key by Metaso, without one pages only, fetched from here.</summary>
public sealed class WebTool : Tool
{
    private const string Key = "tools.web.metaso_api_key";
    private static readonly string[] _scopes = ["webpage", "paper", "document", "video", "podcast"];

    private readonly WebOptions _options;
    private readonly PageFetcher _pages;
    private readonly MetasoSearch? _metaso;

    internal WebTool(WebOptions options, TimeProvider time)
    {
        _options = options;
        _pages = new PageFetcher(options, time);
        _metaso = options.MetasoKey is { } key ? new MetasoSearch(new MetasoClient(options.MetasoUrl, key, time)) : null;
    }

    public override string Name => "web";

    public override string Description => _metaso is not null
        ? "Reads the internet: `fetch` gives a page as Markdown, `search` finds pages, papers, documents, videos or podcasts, `ask` answers a question from what it finds."
        : "Reads the internet: `fetch` gives a page as Markdown. `search` and `ask` need a key that this machine does not have.";

    public override JsonElement Parameters { get; } = Arguments.Schema($$"""
        {"type": "object", "properties": {
          "action": {"type": "string", "enum": ["search", "fetch", "ask"]},
          "query": {"type": "string", "description": "For search and ask."},
          "url": {"type": "string", "description": "For fetch: http or https."},
          "scope": {"type": "string", "enum": ["webpage", "paper", "document", "video", "podcast"], "default": "webpage", "description": "For search."},
          "max_chars": {"type": "integer", "minimum": 100, "maximum": {{Quotation.MostChars}}, "default": {{Quotation.UsualChars}}}
        }, "required": ["action"]}
        """);

    /// <summary>Models are not told of what is switched off; a call all the same gets the reason.</summary>
    public override bool Listed => _options.Enabled;

    public override Replay Replay => Replay.Safe;

    // The quotation has its own limit, and its last line must not be lost.
    public override OutputCap Cap { get; } = new(OutputKeep.Head, MaxLines: 50_000, MaxBytes: 200 * 1024);

    public override async Task<ToolResult> ExecuteAsync(ToolCall call, CancellationToken abort)
    {
        if (!_options.Enabled)
        {
            throw new ToolException("The web is switched off on this machine by its owner (`tools.web.enabled: false`). Nothing was fetched.");
        }

        var most = call.Whole("max_chars", Quotation.UsualChars, 100, Quotation.MostChars);
        return call.Required("action") switch
        {
            "fetch" => await FetchAsync(call.Required("url"), most, abort),
            "search" => ToolResult.FromText(await Searching("search").SearchAsync(Query(call), Scope(call), most, abort)),
            "ask" => ToolResult.FromText(await Searching("ask").AskAsync(Query(call), most, abort)),
            var action => throw new ToolException($"web has no action \"{action}\". It has search, fetch and ask."),
        };
    }

    private async Task<ToolResult> FetchAsync(string url, int most, CancellationToken abort)
    {
        var address = WebAddress.Parse(url);
        if (_metaso is not null && !_pages.IsPrivate(address))
        {
            return ToolResult.FromText(await _metaso.ReadAsync(address, most, abort));
        }

        var page = await _pages.FetchAsync(address, abort);
        var from = page.Address == address ? $"Content of {page.Address.AbsoluteUri}" : $"Content of {page.Address.AbsoluteUri} (where {address.AbsoluteUri} leads)";
        var text = page.Text.Length == 0
            ? $"{from}: nothing that can be read as text. It may need a browser to build it."
            : Quotation.Of(page.IsMarkdown ? $"{from}, as Markdown" : from, page.Text, most, page.Note);
        return ToolResult.FromText(text, WebDetails.Of(page.Status));
    }

    private MetasoSearch Searching(string action) => _metaso ?? throw new ToolException(
        $"`{action}` needs a key of Metaso, and this machine has none. Make one at https://metaso.cn/search-api/api-keys and set it here: " +
        $"`muster config set {Key} mk-…`, or METASO_API_KEY in the environment, in .env or keyring.yaml; then start the node again. `fetch` works without a key.");

    private static string Query(ToolCall call) => call.Required("query").Trim() is { Length: > 0 and <= 2_000 } query
        ? query
        : throw new ToolException("`query` must have between 1 and 2000 characters.");

    private static string Scope(ToolCall call)
    {
        var scope = call.Optional("scope") ?? _scopes[0];
        return _scopes.Contains(scope)
            ? scope
            : throw new ToolException(string.Create(CultureInfo.InvariantCulture, $"web has no scope \"{scope}\". It has {string.Join(", ", _scopes)}."));
    }
}
