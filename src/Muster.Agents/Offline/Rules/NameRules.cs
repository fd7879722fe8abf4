using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Muster.Agents.Offline.Rules;

/// <summary>Files by their names or kinds; what is in them is for <see cref="FindRules"/>.</summary>
internal static partial class NameRules
{
    public static IReadOnlyList<OfflineRule> All { get; } =
    [
        .. ((Regex[])[Kind, KindChinese]).Select(pattern => Rule(pattern, FileKinds.Glob)),
        .. ((Regex[])[Named, Where, Chinese, WhereChinese]).Select(pattern => Rule(pattern, Like)),
    ];

    private static OfflineRule Rule(Regex pattern, Func<string, string?> glob) => new(
        "file_search",
        pattern,
        match => glob(match.Groups["name"].Value.Trim()) is { } names ? new JsonObject { ["query"] = "", ["glob"] = names, ["path"] = Paths.Folder(match) } : null,
        Answer);

    /// <summary>A name with its ending is meant as it is; any other may be a part of one.</summary>
    private static string Like(string name) => Path.HasExtension(name) || name.Contains('*', StringComparison.Ordinal) ? name : $"*{name}*";

    private static string Answer(ToolReply reply)
    {
        var (hits, name) = (SearchHits.Of(reply), reply.Argument("glob"));
        if (hits.Lines.Count == 0)
        {
            return reply.Say($"No file called `{name}` was found {hits.Place}.", $"{hits.Place}没有找到名字符合 `{name}` 的文件。") + hits.Note;
        }

        return reply.Say($"{hits.Lines.Count} {(hits.Lines.Count == 1 ? "file" : "files")} found {hits.Place}:", $"{hits.Place}找到 {hits.Lines.Count} 个文件：")
            + "\n" + Format.Block(string.Join('\n', hits.Lines)) + hits.Note;
    }

    private const string In = "(?: (?:in|inside|under|within|below)(?: the| my)?(?: (?:folder|directory))? " + Wording.Path + "(?: (?:folder|directory))?| here)?";
    private const string Quoted = "[\"“'`](?<name>[^\"”'`]+)[\"”'`]";
    private const string FileLike = "(?<name>(?:[^\\s\"”'`，。；,;]*\\*[^\\s\"”'`，。；,;]*|[^\\s\"”'`，。；,;]*\\.[\\p{L}\\d]{1,10}))";
    private const string Kinds = "(?<name>[*.]{0,2}[\\p{L}\\d+#]{1,12})";

    [GeneratedRegex(
        "^(?:find|list|show|locate|search for|look for|get|give|what are)(?: me)?(?: all)?(?: of)?(?: the| my)? " + Kinds + "(?:[ -]files?| documents)?" + In + "$",
        RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Kind { get; }

    [GeneratedRegex(
        "^(?:find|locate|look for|search for|list|show)(?: me)?(?: all| any)?(?: the| my| a)? (?:files?|folders?|director(?:y|ies))(?: that (?:is|are))? (?:named|called|with (?:the )?names?(?: like)?|matching|like) (?:" + Quoted + "|(?<name>\\S+))" + In
        + "|^(?:find|locate|look for|where(?:'s| is| are))(?: all)?(?: the| my| a)?(?: files?)? (?:" + FileLike + "|[\"“'`](?<name>[^\"”'`]+\\.\\w{1,10})[\"”'`])(?: files?)?" + In
        + "|^(?:search|look) for (?:the |my )?files? (?:" + Quoted + "|(?<name>\\S+))" + In + "$",
        RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Named { get; }

    // A person or a machine is asked for in the same words, and is seldom a file.
    [GeneratedRegex(
        "^where(?:'s| is| are) (?:(?:the |my )?(?:file|folder|directory) |the file called |my |the )?(?!(?:it|he|she|you|we|they|this|that|here|there|everyone|everybody|everything|my|the|file|folder) ?$)(?<name>[\\w.*-]+)(?: file| folder)?$",
        RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Where { get; }

    private const string 在 = "(?:(?:在|从)?\\s*(?<path>[^\\s，。]+?)\\s*(?:目录|文件夹)?(?:里面|里|中|下面|下|内)(?:的)?\\s*)?";
    private const string 找 = "(?:查找|寻找|找到|找出|找一下|找|搜索|搜|列出|列一下|显示|查看|看看)(?:一下)?\\s*";

    [GeneratedRegex(
        "^" + 在 + 找 + 在 + "(?:所有|全部)?(?:的)?\\s*" + Kinds + "\\s*(?:类型|格式)?(?:的)?\\s*(?:文件|源码|代码)$",
        RegexOptions.IgnoreCase, 1000)]
    private static partial Regex KindChinese { get; }

    [GeneratedRegex(
        "^" + 在 + "(?:查找|寻找|找到|找出|找一下|找|搜索|搜)(?:一下)?\\s*(?:文件)?\\s*(?:" + FileLike + "|[\"“'`](?<name>[^\"”'`]+\\.\\w{1,10})[\"”'`])\\s*(?:这个)?(?:文件)?$"
        + "|^" + 在 + 找 + "(?:文件)?(?:名为|名叫|叫做|叫|名字是|名字叫|文件名为|文件名是|文件名包含)\\s*(?:" + Quoted + "|(?<name>[^\\s的]+))\\s*(?:的)?(?:文件|文件夹|目录)?$",
        RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Chinese { get; }

    [GeneratedRegex(
        "^(?:文件|文件夹)\\s*(?<name>[^\\s，。]+?)\\s*(?:在|放在)(?:哪里|哪儿|哪个目录|哪个文件夹|哪|什么地方)(?:了)?$|^(?:" + FileLike + "|(?<name>[^\\s，。]+?)\\s*(?:这个|的)?文件)\\s*(?:在|放在)(?:哪里|哪儿|哪个目录|哪个文件夹|哪|什么地方)(?:了)?$",
        RegexOptions.IgnoreCase, 1000)]
    private static partial Regex WhereChinese { get; }
}
