using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Muster.Agents.Offline.Rules;

internal static partial class ListRules
{
    public static IReadOnlyList<OfflineRule> All { get; } =
    [
        .. ((Regex[])[English, Inside, Chinese, Has]).Select(pattern => new OfflineRule("file_list", pattern, Arguments, Answer)),
    ];

    private static JsonObject Arguments(Match match)
    {
        var arguments = new JsonObject { ["path"] = Paths.Folder(match), ["depth"] = 1 };
        if (match.Groups["hidden"].Success)
        {
            arguments["hidden"] = true;
        }

        return arguments;
    }

    private static string Answer(ToolReply reply)
    {
        var path = reply.Argument("path");
        var folder = path is "." ? reply.Say("The working folder", "工作文件夹") : reply.Say($"The folder `{path}`", $"文件夹 `{path}` ");
        if (reply.Text is "" or "(empty)")
        {
            return reply.Say($"{folder} is empty.", $"{folder}是空的。");
        }

        var lines = reply.Text.Split('\n').ToList();
        var cut = lines[^1].StartsWith("[Only the first ", StringComparison.Ordinal);
        var shown = cut ? lines[..^1] : lines;
        return reply.Say($"{folder} has:", $"{folder}里有：") + "\n" + Format.Block(string.Join('\n', shown))
            + (cut ? "\n\n" + reply.Say($"Only the first {shown.Count} are shown.", $"只显示前 {shown.Count} 个。") : "");
    }

    // Other options than those of the pattern are for the shell.
    private const string Path = "(?!-)" + Wording.Path;
    private const string Where = "(?:(?: that are)? (?:in|of|inside|under|at|from|within)(?: the| my)?(?: (?:folder|directory|dir)(?: called| named)?)? " + Wording.Path + "(?: (?:folder|directory|dir))?| here| there| (?:in|of) (?:this|the current|the working|my current) (?:folder|directory|dir))?";

    [GeneratedRegex(
        "^(?:(?:list|show|give|find|ls)(?: me)?(?: all)?(?: of)?(?: the| my)? (?:files?|contents?|folders?|directories|everything|file list|directory listing)(?: and (?:files|folders|directories|subfolders))?" + Where
        + "|(?:what|which) (?:files|folders|files and folders) (?:are|do (?:i|we) have|can you see)(?: there)?" + Where + "|(?:ls|dir|list)(?: " + Path + ")?|ls(?: -(?:[lhF1t]*(?<hidden>[aA])[lhFaA1t]*|[lhF1t]+))+(?: " + Path + ")?)$",
        RegexOptions.IgnoreCase, 1000)]
    private static partial Regex English { get; }

    [GeneratedRegex(
        "^what(?:'s| is| do (?:i|we) have) (?:in|inside)(?: the| my)? (?:(?:folder|directory|dir) " + Wording.Path + "|(?<path>[\\w.~/-]+) (?:folder|directory|dir)|(?<path>(?:this|current|working) (?:folder|directory|dir))|(?<path>here)|(?<path>[\\w.~-]*/[\\w./~-]*|\\.\\.?|~))$",
        RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Inside { get; }

    [GeneratedRegex(
        "^(?:列出|列一下|显示|查看|看看|看一下|列举)(?:一下)?\\s*(?<path>[^\\s，。]*?)\\s*(?:这个)?(?:目录|文件夹|路径)?(?:里面|下面|里|下|中|内)?(?:的)?(?:所有|全部)?(?:文件|内容|文件列表|文件和文件夹|目录)(?:列表)?$"
        + "|^(?:列出|列一下|显示|查看|看看|看一下|打开)(?:一下)?(?:目录|文件夹)\\s*" + Path + "\\s*(?:的)?(?:内容|文件)?$",
        RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Chinese { get; }

    [GeneratedRegex(
        "^(?:查看|看看|看一下|看下)?(?:一下)?\\s*(?<path>[^\\s，。]*?)\\s*(?:(?:这个)?(?:目录|文件夹)?(?:里面|下面|里|下|中|内)?(?:都)?(?:有)(?:什么|哪些|啥)(?:文件|东西|内容)(?:夹)?|(?:这个)?(?:目录|文件夹)?(?:里面|下面|里|下)(?:都)?有(?:什么|哪些|啥))$", RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Has { get; }
}
