using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Muster.Agents.Offline.Rules;

internal static partial class ListRules
{
    public static IReadOnlyList<OfflineRule> All { get; } =
    [
        .. ((Regex[])[English, Inside, Chinese, Has]).Select(pattern => new OfflineRule("file_list", pattern, Arguments, Answer)),
    ];

    private static JsonObject Arguments(Match match) => new() { ["path"] = Paths.Folder(match), ["depth"] = 1 };

    private static string Answer(ToolReply reply)
    {
        var path = reply.Argument("path");
        return reply.Text.Length == 0
            ? reply.Say($"The folder `{path}` is empty.", $"文件夹 `{path}` 是空的。")
            : reply.Say($"In `{path}`:", $"`{path}` 里有：") + "\n" + Format.Block(reply.Text);
    }

    private const string Where = "(?:(?: that are)? (?:in|of|inside|under|at|from|within)(?: the| my)?(?: (?:folder|directory|dir)(?: called| named)?)? " + Wording.Path + "(?: (?:folder|directory|dir))?| here| there| (?:in|of) (?:this|the current|the working|my current) (?:folder|directory|dir))?";

    [GeneratedRegex(
        "^(?:(?:list|show|give|ls)(?: me)?(?: all)?(?: of)?(?: the| my)? (?:files?|contents?|folders?|directories|everything|file list|directory listing)(?: and (?:files|folders|directories|subfolders))?" + Where
        + "|(?:what|which) (?:files|folders|files and folders) (?:are|do (?:i|we) have|can you see)(?: there)?" + Where + "|(?:ls|dir|list)(?: " + Wording.Path + ")?)$",
        RegexOptions.IgnoreCase, 1000)]
    private static partial Regex English { get; }

    [GeneratedRegex(
        "^what(?:'s| is| do (?:i|we) have) (?:in|inside)(?: the| my)? (?:(?:folder|directory|dir) " + Wording.Path + "|(?<path>[\\w.~/-]+) (?:folder|directory|dir)|(?<path>(?:this|current|working) (?:folder|directory|dir))|(?<path>here)|(?<path>[\\w.~-]*/[\\w./~-]*|\\.\\.?|~))$",
        RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Inside { get; }

    [GeneratedRegex(
        "^(?:列出|列一下|显示|查看|看看|看一下|列举)(?:一下)?\\s*(?<path>[^\\s，。]*?)\\s*(?:这个)?(?:目录|文件夹|路径)?(?:里面|下面|里|下|中|内)?(?:的)?(?:所有|全部)?(?:文件|内容|文件列表|文件和文件夹|目录)(?:列表)?$",
        RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Chinese { get; }

    [GeneratedRegex("^(?<path>[^\\s，。]*?)\\s*(?:这个)?(?:目录|文件夹)?(?:里面|下面|里|下|中|内)?(?:都)?(?:有)(?:什么|哪些|啥)(?:文件|东西|内容)(?:夹)?$", RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Has { get; }
}
