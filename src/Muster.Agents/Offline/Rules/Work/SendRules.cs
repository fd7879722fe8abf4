using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Muster.Agents.Offline.Rules.Work;

/// <summary>Files that a person wants to have.</summary>
internal static partial class SendRules
{
    public static IReadOnlyList<OfflineRule> All { get; } =
        [.. ((Regex[])[English, Chinese]).Select(pattern => new OfflineRule("file_send", pattern, match => new JsonObject { ["path"] = Paths.File(match) }, Answer))];

    private static string Answer(ToolReply reply) => reply.Say($"Here is `{reply.Argument("path")}`.", $"`{reply.Argument("path")}` 已发送。");

    [GeneratedRegex(
        "^send(?: (?:me|us|over))?(?: the| my| that)?(?: file " + Wording.Path + "| " + ReadRules.Likely + "(?: file)?| (?<path>[^\\s\"”'`，。；,;]+) file)(?: to me| over| here)?$|^(?:give|get) me the file " + Wording.Path + "$",
        RegexOptions.IgnoreCase, 1000)]
    private static partial Regex English { get; }

    [GeneratedRegex(
        "^(?:发给我|发送给我|传给我|发送|发|传)(?:一下|个)?(?:文件)?\\s*" + ReadRules.Likely + "\\s*(?:这个)?(?:文件)?(?:给我|过来)?$|^把(?:文件)?\\s*" + ReadRules.Likely + "\\s*(?:这个)?(?:文件)?\\s*(?:发送|发|传)(?:给我|过来)(?:一下)?$",
        RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Chinese { get; }
}
