using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Muster.Agents.Offline.Rules;

internal static partial class FindRules
{
    public static IReadOnlyList<OfflineRule> All { get; } =
    [
        .. ((Regex[])[Containing, InFolder, Anywhere, Chinese]).Select(pattern => new OfflineRule("file_search", pattern, Arguments, Answer)),
    ];

    private static JsonObject Arguments(Match match) => new()
    {
        ["query"] = match.Groups["q"].Value.Trim(),
        ["path"] = Paths.Folder(match),
    };

    private static string Answer(ToolReply reply)
    {
        var (query, hits) = (reply.Argument("query"), SearchHits.Of(reply));
        if (hits.Lines.Count == 0)
        {
            return reply.Say($"No file {hits.Place} contains \"{query}\".", $"{hits.Place}没有文件包含“{query}”。") + hits.Note;
        }

        return reply.Say(
                $"{hits.Lines.Count} {(hits.Lines.Count == 1 ? "line contains" : "lines contain")} \"{query}\" {hits.Place}:",
                $"{hits.Place}有 {hits.Lines.Count} 行包含“{query}”：")
            + "\n" + Format.Block(string.Join('\n', hits.Lines)) + hits.Note;
    }

    private const string Verb = "(?:find|search(?: for)?|grep(?: for)?|look for|locate)(?: all| every)?(?: the)?(?: (?:text|word|string|phrase|mentions of|occurrences of))?";
    private const string Quoted = "(?:[\"“'`](?<q>[^\"”'`]+)[\"”'`])";

    [GeneratedRegex(
        "^(?:find|list|show|search(?: for)?|look for|which|what)(?: me)?(?: all| any| every)?(?: of)?(?: the| my)? files?(?: that| which)? (?:containing|contains?|with|mentioning|mentions?|including|includes?|has|have)(?: the (?:text|word|words|string|phrase))? (?:" + Quoted + "|(?<q>\\S+(?: \\S+){0,4}?))(?: (?:in|inside|under|within)(?: the| my)?(?: (?:folder|directory))? " + Wording.Path + ")?$",
        RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Containing { get; }

    [GeneratedRegex(
        "^(?:" + Verb + " (?:" + Quoted + "|(?<q>\\S+(?: \\S+){0,2}?)) (?:in|inside|under|within)(?: the| my)?(?: (?:folder|directory|file|files in|files of))? " + Wording.Path + "(?: (?:folder|directory))?"
        + "|search (?:in )?" + Wording.Path + " for (?:" + Quoted + "|(?<q>\\S.*)))$",
        RegexOptions.IgnoreCase, 1000)]
    private static partial Regex InFolder { get; }

    [GeneratedRegex(
        "^(?:" + Verb + " (?:" + Quoted + "|(?<q>\\S+))(?: in (?:all |the |my )*files)?|(?:search(?: for)?|grep(?: for)?) (?<q>\\S+ \\S+)|(?:which|what) files (?:contain|mention|have)(?: the (?:text|word|string))? (?:" + Quoted + "|(?<q>\\S+))|where is (?:" + Quoted + "|(?<q>\\S+)) (?:mentioned|used|defined))$",
        RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Anywhere { get; }

    [GeneratedRegex(
        "^(?:(?:在|从)\\s*(?<path>[^\\s，。]+?)\\s*(?:目录|文件夹|文件)?(?:里面|里|中|下面|下|内)?\\s*(?:查找|搜索|寻找|搜|找)(?:一下)?(?:包含)?(?:文字|文本|字符串|关键字|关键词)?\\s*(?:" + Quoted + "|(?<q>\\S.*?))(?:的文件|的内容|的行)?"
        + "|(?:查找|搜索|搜一下|找一下|寻找|找出?)(?:包含|含有|文件|文字|文本)*\\s*(?:" + Quoted + "|(?<q>[^\\s的]+))\\s*(?:的)?(?:文件|内容|地方|行)?|(?:哪些|哪个|什么)文件(?:里)?(?:包含|含有|提到|有)\\s*(?:" + Quoted + "|(?<q>\\S+)))$",
        RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Chinese { get; }
}
