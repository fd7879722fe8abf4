using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Muster.Agents.Offline.Rules;

internal static partial class MemoryRules
{
    public static IReadOnlyList<OfflineRule> All { get; } =
        [new("system", Memory, _ => new JsonObject { ["section"] = "memory" }, Answer)];

    private static string Answer(ToolReply reply)
    {
        if (reply.Part("memory") is not { ValueKind: JsonValueKind.Object } memory)
        {
            return Format.Block(reply.Text);
        }

        var total = Format.Number(memory, "total_bytes");
        var free = Format.Number(memory, "available_bytes");
        return reply.Say(
            $"{Format.Bytes(free)} of {Format.Bytes(total)} of memory are available ({Format.Percent(total - free, total)} in use).",
            $"内存可用 {Format.Bytes(free)}，共 {Format.Bytes(total)}（已用 {Format.Percent(total - free, total)}）。");
    }

    [GeneratedRegex(
        "^(?:(?:how much (?:of )?(?:the |my )?|how full is (?:the |my )?|is (?:there |the |my )?(?:any |enough )*|do (?:i|we) (?:still )?have (?:any |enough )?|am i (?:running )?(?:out of|low on) |" + Wording.Show + ")"
        + "(?:free |available |remaining |used |total )*(?:memory|ram|mem)(?: (?:usage|use|status|info))?(?: (?:is|are|do (?:i|we) have|does (?:it|this machine) have|there is|has))?(?: (?:free|left|available|remaining|used|being used|in use|full|there))*" + Wording.Here
        + "|" + Wording.查看 + Wording.本机 + Wording.现在 + "(?:内存|运行内存)(?:使用|占用|剩余|空间|容量)*" + Wording.现在 + Wording.多少 + "(?:内存|空间)?(?:可用)?(?:吗|呢)?"
        + "|" + Wording.本机 + "(?:还有|还剩|剩余|剩下|用了)(?:多少)(?:可用|空闲)?(?:的)?内存(?:可用)?)$",
        RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Memory { get; }
}
