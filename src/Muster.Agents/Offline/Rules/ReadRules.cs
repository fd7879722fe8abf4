using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Muster.Agents.Offline.Rules;

internal static partial class ReadRules
{
    public static IReadOnlyList<OfflineRule> All { get; } =
    [
        new("file_read", Part, PartArguments, Answer),
        new("file_read", PartChinese, PartArguments, Answer),
        new("file_read", Lines, LinesArguments, Answer),
        .. ((Regex[])[Whole, Spaced]).Select(pattern => new OfflineRule("file_read", pattern, match => new JsonObject { ["path"] = Paths.File(match) }, Answer)),
    ];

    private static JsonObject PartArguments(Match match)
    {
        var count = int.TryParse(match.Groups["n"].Value, CultureInfo.InvariantCulture, out var number) ? Math.Clamp(number, 1, 2000) : 20;
        return match.Groups["last"].Success
            ? new JsonObject { ["path"] = Paths.File(match), ["tail"] = count }
            : new JsonObject { ["path"] = Paths.File(match), ["start_line"] = 1, ["end_line"] = count };
    }

    private static JsonObject? LinesArguments(Match match)
    {
        if (!int.TryParse(match.Groups["a"].Value, CultureInfo.InvariantCulture, out var from))
        {
            return null;
        }

        var to = int.TryParse(match.Groups["b"].Value, CultureInfo.InvariantCulture, out var end) ? end : from;
        return new JsonObject { ["path"] = Paths.File(match), ["start_line"] = from, ["end_line"] = to };
    }

    private static string Answer(ToolReply reply)
    {
        var path = reply.Argument("path");
        return reply.Text.Length == 0
            ? reply.Say($"`{path}` is empty.", $"`{path}` 是空的。")
            : $"`{path}`:\n" + Format.Block(reply.Text);
    }

    [GeneratedRegex(
        "^(?:(?:show|read|print|give|get|display|see)(?: me)?(?: the)? (?:(?<last>last)|first) (?:(?<n>\\d+) )?lines? (?:of|from|in)(?: the)?(?: file)? " + Wording.Path
        + "|(?:(?<last>tail)|head)(?: -n? ?(?<n>\\d+))?(?: the)?(?: file)? " + Wording.Path + ")$",
        RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Part { get; }

    [GeneratedRegex(
        "^(?:查看|显示|读取|读|看看|看一下|打印)?(?:一下)?(?:文件)?\\s*" + Wording.Path + "\\s*(?:文件)?(?:的)?\\s*(?:(?<last>最后|末尾|后)|开头|最前|前)(?:面)?(?:的)?\\s*(?<n>\\d+)\\s*行(?:内容)?$"
        + "|^(?:查看|显示|读取|看看|看一下|打印)\\s*(?:(?<last>最后|末尾)|前|开头)\\s*(?<n>\\d+)\\s*行[：:，,]?\\s*" + Wording.Path + "$",
        RegexOptions.IgnoreCase, 1000)]
    private static partial Regex PartChinese { get; }

    [GeneratedRegex(
        "^(?:(?:show|read|print|give|display)(?: me)?(?: the)? lines? (?<a>\\d{1,7})(?: ?(?:-|to|through|until|–) ?(?<b>\\d{1,7}))? (?:of|from|in)(?: the)?(?: file)? " + Wording.Path
        + "|(?:查看|显示|读取|看看|看一下)?\\s*" + Wording.Path + "\\s*(?:文件)?的?第?\\s*(?<a>\\d{1,7})\\s*(?:行)?(?:(?:到|至|-|~)第?\\s*(?<b>\\d{1,7})\\s*)?行)$",
        RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Lines { get; }

    // Without the word "file" the thing must look like one: "open your mind" is no request for a file.
    internal const string Likely = "(?:[\"“'`](?<path>[^\"”'`]+)[\"”'`]|(?<path>[^\\s\"”'`，。；,;]*(?:/[^\\s\"”'`，。；,;]+|\\.\\w{1,10})))";

    [GeneratedRegex(
        "^(?:(?:read|cat|open|print|display|show|type)(?: me)?(?: the)? (?:file|content of|contents of|text of|content of file|contents of file|contents of the file|content of the file) " + Wording.Path
        + "|(?:cat|read) (?!the )" + Wording.Path + "|(?:read|open|print|display|show|view|type)(?: me)?(?: the)? (?:file )?" + Likely + "(?: file)?|what(?:'s| is) in(?:side)?(?: of)?(?: the)?(?: file)? (?<path>[^\\s]*\\.\\w{1,10})|what does (?:the file )?" + Likely + " (?:say|contain)"
        + "|(?:读取|读一下|读|打开|查看|显示|看看|看一下|打印)(?:一下)?(?:文件)?\\s*" + Likely + "\\s*(?:文件)?(?:的)?(?:内容)?|(?:读取|读|打开|查看|显示)文件(?!列表|夹|目录)\\s*" + Wording.Path + "(?:的内容)?|" + Likely + "\\s*(?:里|里面|中)?(?:写了|有|是)(?:什么|啥)(?:内容)?)$",
        RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Whole { get; }

    // Words of a sentence and words of a name look the same; these seldom stand in a name.
    [GeneratedRegex("^(?:read|cat|open|type)(?: the)?(?: file)? (?!.* (?:of|from|in|and|to|with|for) )(?<path>[\\w.-]+(?: [\\w.-]+){1,4}\\.\\w{1,10})$", RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Spaced { get; }
}
