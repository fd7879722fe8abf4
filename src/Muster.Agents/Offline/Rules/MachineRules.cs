using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Muster.Agents.Offline.Rules;

internal static partial class MachineRules
{
    public static IReadOnlyList<OfflineRule> All { get; } = [new("nodes", Machines, _ => [], Answer)];

    private static string Answer(ToolReply reply)
    {
        if ((reply.Part("nodes") ?? reply.Json) is not { ValueKind: JsonValueKind.Array } nodes)
        {
            return Format.Block(reply.Text);
        }

        if (nodes.GetArrayLength() == 0)
        {
            return reply.Say("No machine has joined yet. `muster node join` adds one.", "还没有机器加入。用 `muster node join` 添加。");
        }

        var online = nodes.EnumerateArray().Count(node => Format.Text(node, "status") is not ("offline" or ""));
        return string.Join('\n', (string[])
        [
            reply.Say($"{online} of {nodes.GetArrayLength()} machines are online:", $"共 {nodes.GetArrayLength()} 台机器，{online} 台在线："),
            "",
            reply.Say("| machine | status | system |", "| 机器 | 状态 | 系统 |"),
            "|---|---|---|",
            .. nodes.EnumerateArray().Select(node =>
                $"| {(IsActive(node) ? "→ " : "")}{Format.Cell(Format.Text(node, "name"))} | {Format.Cell(Format.Text(node, "status"))} | {Format.Cell(Format.Text(node, "os"))} |"),
        ]);
    }

    private static bool IsActive(JsonElement node) => node.TryGetProperty("active", out var active) && active.ValueKind == JsonValueKind.True;

    [GeneratedRegex(
        "^(?:(?:list|show|show me|what are|which are|give me)(?: all)?(?: of)?(?: the| my| our)?(?: connected| online)? (?:machines|nodes|computers|servers|devices|hosts|fleet)(?: (?:online|connected|that are online|i have|there are))?"
        + "|(?:which|what|how many) (?:machines|nodes|computers|servers|devices|hosts)(?: (?:are|do (?:i|we|you) have|have joined|can you (?:see|use)))?(?: (?:there|online|connected|available|up|offline|running|joined))*(?: (?:right )?now)?"
        + "|(?:who|what)(?:'s| is) (?:online|connected)|(?:machines|nodes|fleet)|(?:which|what) machine (?:is this|am i (?:on|using|talking to)|are you(?: on| running on)?)|where are you(?: running)?"
        + "|(?:现在|目前|我|我们)?(?:都)?(?:有|连接了|在线的?)?(?:哪些|几台|多少台|什么|哪几台)(?:机器|节点|电脑|服务器|设备|主机)(?:在线|可用|连着|连接|可以用)?(?:了|吗)?"
        + "|(?:列出|查看|显示|看看|看一下)(?:一下)?(?:所有|全部|我)?(?:的)?(?:在线)?(?:的)?(?:机器|节点|电脑|服务器|设备)(?:列表|状态)?|(?:机器|节点|设备)(?:列表|状态)|(?:这是|你在)(?:哪台|什么)(?:机器|电脑)(?:上)?)$",
        RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Machines { get; }
}
