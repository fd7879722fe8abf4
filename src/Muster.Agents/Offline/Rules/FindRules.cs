using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Muster.Agents.Offline.Rules;

internal static partial class FindRules
{
    public static IReadOnlyList<OfflineRule> All { get; } =
    [
        .. ((Regex[])[InFolder, Anywhere, Chinese]).Select(pattern => new OfflineRule("file_search", pattern, Arguments, Answer)),
    ];

    private static JsonObject Arguments(Match match) => new()
    {
        ["query"] = match.Groups["q"].Value.Trim(),
        ["path"] = Paths.Folder(match),
    };

    private static string Answer(ToolReply reply)
    {
        var (query, path) = (reply.Argument("query"), reply.Argument("path"));
        if (reply.Text.Length == 0)
        {
            return reply.Say($"Nothing in `{path}` contains \"{query}\".", $"`{path}` 里没有找到“{query}”。");
        }

        var count = reply.Text.Count(character => character == '\n') + 1;
        return reply.Say($"\"{query}\" in `{path}`, {count} {(count == 1 ? "line" : "lines")}:", $"`{path}` 里有 {count} 行包含“{query}”：")
            + "\n" + Format.Block(reply.Text);
    }

    private const string Verb = "(?:find|search(?: for)?|grep(?: for)?|look for|locate)(?: all| every)?(?: the)?(?: (?:text|word|string|phrase|mentions of|occurrences of))?";
    private const string Quoted = "(?:[\"“'`](?<q>[^\"”'`]+)[\"”'`])";

    [GeneratedRegex(
        "^(?:" + Verb + " (?:" + Quoted + "|(?<q>\\S+(?: \\S+){0,2}?)) (?:in|inside|under|within)(?: the| my)?(?: (?:folder|directory|file|files in|files of))? " + Wording.Path + "(?: (?:folder|directory))?"
        + "|search (?:in )?" + Wording.Path + " for (?:" + Quoted + "|(?<q>\\S.*)))$",
        RegexOptions.IgnoreCase, 1000)]
    private static partial Regex InFolder { get; }

    [GeneratedRegex(
        "^(?:" + Verb + " (?:" + Quoted + "|(?<q>\\S+))(?: in (?:all |the |my )*files)?|(?:which|what) files (?:contain|mention|have)(?: the (?:text|word|string))? (?:" + Quoted + "|(?<q>\\S+))|where is (?:" + Quoted + "|(?<q>\\S+)) (?:mentioned|used|defined))$",
        RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Anywhere { get; }

    [GeneratedRegex(
        "^(?:(?:在|从)\\s*(?<path>[^\\s，。]+?)\\s*(?:目录|文件夹|文件)?(?:里面|里|中|下面|下|内)?\\s*(?:查找|搜索|寻找|搜|找)(?:一下)?(?:包含)?(?:文字|文本|字符串|关键字|关键词)?\\s*(?:" + Quoted + "|(?<q>\\S.*?))(?:的文件|的内容|的行)?"
        + "|(?:查找|搜索|搜一下|找一下|寻找|找出?)(?:包含|含有|文件|文字|文本)*\\s*(?:" + Quoted + "|(?<q>[^\\s的]+))(?:的)?(?:文件|内容|地方|行)?|(?:哪些|哪个|什么)文件(?:里)?(?:包含|含有|提到|有)\\s*(?:" + Quoted + "|(?<q>\\S+)))$",
        RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Chinese { get; }
}
