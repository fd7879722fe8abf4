using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Muster.Agents.Offline.Rules;

internal static partial class WebRules
{
    private const int Shown = 4000;

    public static IReadOnlyList<OfflineRule> All { get; } =
    [
        new("web", Fetch, match => new JsonObject { ["action"] = "fetch", ["url"] = Url(match.Groups["url"].Value) }, AnswerFetch),
        new("web", Domain, match => new JsonObject { ["action"] = "fetch", ["url"] = Url(match.Groups["url"].Value) }, AnswerFetch),
        new("web", Search, match => new JsonObject { ["action"] = "search", ["query"] = match.Groups["q"].Value.Trim() }, AnswerSearch),
    ];

    private static string Url(string text) => text.Contains("://", StringComparison.Ordinal) ? text : $"https://{text}";

    private static string AnswerFetch(ToolReply reply)
    {
        var page = Quoted.Match(reply.Text) is { Success: true } quoted ? quoted.Groups["text"].Value : reply.Text;
        var text = page.Length > Shown ? page[..Shown] + "\n…" : page;
        return text.Length == 0
            ? reply.Say($"{reply.Argument("url")} is empty.", $"{reply.Argument("url")} 没有内容。")
            : $"{reply.Argument("url")}:\n{Format.Block(text)}";
    }

    private static string AnswerSearch(ToolReply reply) =>
        reply.Text.Length == 0 ? reply.Say("Nothing was found.", "没有找到结果。")
        : Quoted.Match(reply.Text) is { Success: true } quoted ? quoted.Groups["text"].Value
        : reply.Text;

    // The tool says for a model whose words these are; a person asked for them.
    [GeneratedRegex("^[^\n]*\n(?<fence>~{3,})\n(?<text>.*)\n\\k<fence>(?:\n|$)", RegexOptions.Singleline, 1000)]
    private static partial Regex Quoted { get; }

    [GeneratedRegex("^(?:(?:fetch|get|download|open|read|load|visit|curl|summari[sz]e|show(?: me)?)(?: the)?(?: (?:page|url|site|website|web page|contents? of))*(?: at| from)? |(?:抓取|获取|打开|读取|访问|下载|看看|看一下)(?:一下)?(?:这个|该)?(?:网页|网址|网站|页面|链接|URL)?[:：]?\\s*)?(?<url>https?://[^\\s<>\"]+|www\\.[^\\s<>\"]+)(?:\\s*(?:的内容|这个网页|这个网址))?$", RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Fetch { get; }

    [GeneratedRegex("^(?:(?:search|look)(?: on| up on)? (?:the )?(?:web|internet|online|net|google)(?: for)?|google|search online for|web search(?: for)?) (?<q>\\S.*)$|^(?:上网|在网上|网上|在互联网上|联网)(?:查找|搜索|搜|查)(?:一下)?\\s*(?<q>\\S.*)$", RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Search { get; }

    // Only after words that are not said of files as well.
    [GeneratedRegex("^(?:(?:fetch|visit|browse(?: to)?|go to|curl)(?: the)?(?: (?:page|url|site|website|web page|contents? of))*(?: at| from)? |(?:抓取|访问|浏览)(?:一下)?(?:网页|网址|网站|页面|链接)?\\s*)(?<url>(?:[\\w-]+\\.)+[a-z]{2,}(?::\\d{1,5})?(?:/[^\\s<>\"]*)?)(?:\\s*(?:的内容|这个网页|这个网址|这个网站))?$", RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Domain { get; }
}
