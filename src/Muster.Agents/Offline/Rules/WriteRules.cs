using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Muster.Agents.Offline.Rules;

/// <summary>The text is taken word for word; without quotes the target must look like a file.</summary>
internal static partial class WriteRules
{
    public static IReadOnlyList<OfflineRule> All { get; } =
    [
        .. ((Regex[])[Append, AppendChinese]).Select(pattern => new OfflineRule("file_write", pattern, AppendArguments, AnswerAppend) { Verbatim = true }),
        .. ((Regex[])[To, With, Chinese]).Select(pattern => new OfflineRule("file_write", pattern, Arguments, Answer) { Verbatim = true }),
    ];

    private static JsonObject Arguments(Match match) => new()
    {
        ["path"] = match.Groups["path"].Value.Trim().TrimEnd('。', '！'),
        ["content"] = match.Groups["text"].Value,
    };

    // A line of its own: files that these rules wrote end without a line break.
    private static JsonObject AppendArguments(Match match)
    {
        var arguments = Arguments(match);
        arguments["content"] = "\n" + match.Groups["text"].Value;
        arguments["append"] = true;
        return arguments;
    }

    private static string AnswerAppend(ToolReply reply)
    {
        var (path, length) = (reply.Argument("path"), reply.Argument("content").Length - 1);
        return reply.Say($"Added a line of {length} {(length == 1 ? "character" : "characters")} to `{path}`.", $"已在 `{path}` 末尾加了一行，共 {length} 个字符。");
    }

    private static string Answer(ToolReply reply)
    {
        var (path, length) = (reply.Argument("path"), reply.Argument("content").Length);
        return reply.Say($"Wrote {length} {(length == 1 ? "character" : "characters")} to `{path}`.", $"已把 {length} 个字符写入 `{path}`。");
    }

    private const string Quoted = "(?:\"(?<text>[^\"]*)\"|“(?<text>[^”]*)”|'(?<text>[^']*)'|`(?<text>[^`]*)`|「(?<text>[^」]*)」)";
    private const string File = "(?<path>[^\\s\"'`，。,;]*(?:/[^\\s\"'`，。,;]+|\\.\\w{1,10}))";

    [GeneratedRegex(
        "^(?:please )?(?:(?:write|save|put|store)(?: the (?:text|words?|line))? " + Quoted + " (?:to|into|in|as)(?: (?:a|the))?(?: new)?(?: file)?(?: called| named)? (?:\"(?<path>[^\"]+)\"|(?<path>[^\\s\"'`]+?))"
        + "|(?:write|save|put)(?: the (?:text|words?|line))? (?<text>\\S.{0,2000}?) (?:to|into|as)(?: (?:a|the))?(?: new)?(?: file)?(?: called| named)? " + File + ")(?: please)?[.!]?$",
        RegexOptions.IgnoreCase | RegexOptions.Singleline, 1000)]
    private static partial Regex To { get; }

    [GeneratedRegex(
        "^(?:please )?(?:create|make|write)(?: me)?(?: a| the)?(?: new)? (?:file(?: called| named)? (?:\"(?<path>[^\"]+)\"|(?<path>[^\\s\"'`:]+))|\"(?<path>[^\"]+\\.\\w{1,10})\"|(?!file )" + File + ")(?: (?:with|containing|that says|saying)(?: the)?(?: (?:content|contents|text))?:? ?|: ?)(?:" + Quoted + "|(?<text>\\S.*))$",
        RegexOptions.IgnoreCase | RegexOptions.Singleline, 1000)]
    private static partial Regex With { get; }

    [GeneratedRegex(
        "^(?:请|帮我|请帮我)?(?:(?:把|将)?\\s*(?:" + Quoted + "|(?<text>\\S.{0,2000}?))\\s*(?:写入到|写入|写到|写进|保存到|存到|存入)(?:文件)?\\s*(?<path>[^\\s，。\"]+?)\\s*(?:这个文件|文件)?(?:里面|里|中)?[。！]?"
        + "|(?:写入|新建|创建|写)(?:一个)?(?:文件)?\\s*(?<path>[^\\s，。,:：\"]+)[,，:：\\s]*(?:内容(?:为|是)?|写上|写着)[:：\\s]*(?:" + Quoted + "|(?<text>\\S.*))"
        + "|(?:写入|新建|创建|写)(?:一个)?文件\\s*(?<path>[^\\s，。,:：\"]+)\\s*[:：]\\s*(?:" + Quoted + "|(?<text>\\S.*))"
        + "|(?:写入|保存|写)\\s*(?:" + Quoted + "|(?<text>\\S.{0,2000}?))\\s*到(?:文件)?\\s*(?<path>[^\\s，。\"]+?)(?:文件)?(?:里|中)?[。！]?)$",
        RegexOptions.IgnoreCase | RegexOptions.Singleline, 1000)]
    private static partial Regex Chinese { get; }

    [GeneratedRegex(
        "^(?:please )?(?:append|add)(?: the (?:text|words?|line))? (?:" + Quoted + "|(?<text>\\S.{0,2000}?)) to(?: the)?(?: end of)?(?: the)?(?: file)? (?:\"(?<path>[^\"]+)\"|" + File + ")(?: please)?[.!]?$",
        RegexOptions.IgnoreCase | RegexOptions.Singleline, 1000)]
    private static partial Regex Append { get; }

    [GeneratedRegex(
        "^(?:请|帮我|请帮我)?(?:(?:把|将)\\s*(?:" + Quoted + "|(?<text>\\S.{0,2000}?))\\s*(?:追加|添加|加)(?:到|在|进)(?:文件)?\\s*" + File + "\\s*(?:的)?(?:末尾|最后|后面|里面|里|中)?"
        + "|(?:在|往|向)\\s*" + File + "\\s*(?:文件)?(?:的)?(?:末尾|最后|后面|里面|里|中)?\\s*(?:追加|添加|加上|加入)(?:一行)?[:：]?\\s*(?:" + Quoted + "|(?<text>\\S.*?))"
        + "|(?:追加|添加)\\s*(?:" + Quoted + "|(?<text>\\S.{0,2000}?))\\s*到(?:文件)?\\s*" + File + ")[。！]?$",
        RegexOptions.IgnoreCase | RegexOptions.Singleline, 1000)]
    private static partial Regex AppendChinese { get; }
}
