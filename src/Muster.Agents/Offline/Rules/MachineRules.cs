using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Muster.Agents.Offline.Rules;

internal static partial class MachineRules
{
    public static IReadOnlyList<OfflineRule> All { get; } =
    [
        new("nodes", Machines, _ => [], Answer),
        .. ((Regex[])[OneOnline, OneOnlineChinese]).Select(pattern => new OfflineRule("nodes", pattern, _ => [], AnswerOne)),
    ];

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

        var online = nodes.EnumerateArray().Count(IsOnline);
        var measured = nodes.EnumerateArray().Any(node => Readings(node) is not null);
        return string.Join('\n', (string[])
        [
            reply.Say($"{online} of {nodes.GetArrayLength()} machines are online:", $"共 {nodes.GetArrayLength()} 台机器，{online} 台在线："),
            "",
            reply.Say("| machine | status | system |", "| 机器 | 状态 | 系统 |") + (measured ? reply.Say(" CPU | memory used | disk used |", " CPU | 已用内存 | 已用磁盘 |") : ""),
            "|---|---|---|" + (measured ? "---|---|---|" : ""),
            .. nodes.EnumerateArray().Select(node =>
                $"| {(IsActive(node) ? "→ " : "")}{Format.Cell(Format.Text(node, "name"))} | {Status(reply, node)} | {Format.Cell(Format.Text(node, "os"))} |{(measured ? Measured(node) : "")}"),
        ]);
    }

    private static JsonElement? Readings(JsonElement node) =>
        IsOnline(node) && node.TryGetProperty("readings", out var readings) && readings.ValueKind == JsonValueKind.Object ? readings : null;

    private static string Measured(JsonElement node) => Readings(node) is { } read
        ? $" {100 * Format.Real(read, "cpu"):0} % | {Share(read, "memory")} | {Share(read, "disk")} |"
        : " | | |";

    private static string Share(JsonElement read, string what) => Format.Percent(Format.Number(read, what + "_used_bytes"), Format.Number(read, what + "_total_bytes"));

    private static string AnswerOne(ToolReply reply)
    {
        if ((reply.Part("nodes") ?? reply.Json) is not { ValueKind: JsonValueKind.Array } nodes)
        {
            return Format.Block(reply.Text);
        }

        var (asked, all) = (reply.Asked("name"), nodes.EnumerateArray().ToList());
        if (all.FindIndex(node => string.Equals(Format.Text(node, "name"), asked, StringComparison.OrdinalIgnoreCase)) is var at && at < 0)
        {
            var names = string.Join(reply.Say(", ", "、"), all.Select(node => Format.Text(node, "name")));
            return reply.Say($"There is no machine called {asked}. Your machines: {names}.", $"没有叫 {asked} 的机器。现有的机器：{names}。");
        }

        var name = Format.Text(all[at], "name");
        return IsOnline(all[at])
            ? reply.Say($"Yes, {name} is {Status(reply, all[at])}.", $"{name} {Status(reply, all[at])}。")
            : reply.Say($"No, {name} is {Status(reply, all[at])}.", $"{name} {Status(reply, all[at])}。");
    }

    private static bool IsOnline(JsonElement node) => Format.Text(node, "status") is not ("offline" or "");

    private static string Status(ToolReply reply, JsonElement node) => Format.Text(node, "status") switch
    {
        "online" => reply.Say("online", "在线"),
        "busy" => reply.Say("online and busy", "在线，忙碌"),
        "offline" or "" => reply.Say("offline", "离线"),
        var other => Format.Cell(other),
    };

    private static bool IsActive(JsonElement node) => node.TryGetProperty("active", out var active) && active.ValueKind == JsonValueKind.True;

    [GeneratedRegex(
        "^(?:(?:list|show|show me|what are|which are|give me)(?: all)?(?: of)?(?: the| my| our)?(?: connected| online)? (?:machines|nodes|computers|servers|devices|hosts|fleet)(?: (?:online|connected|that are online|i have|there are))?"
        + "|(?:which|what|how many) (?:machines|nodes|computers|servers|devices|hosts)(?: (?:are|do (?:i|we|you) have|have joined|can you (?:see|use)))?(?: (?:there|online|connected|available|up|offline|running|joined))*(?: (?:right )?now)?"
        + "|(?:who|what)(?:'s| is) (?:online|connected)|(?:machines|nodes|fleet)|(?:which|what) machine (?:is this|am i (?:on|using|talking to)|are you(?: on| running on)?)|where are you(?: running)?"
        + "|(?:现在|目前|我|我们)?(?:都)?(?:有|连接了|在线的?)?(?:哪些|几台|多少台|什么|哪几台)(?:机器|节点|电脑|服务器|设备|主机)(?:在线|可用|连着|连接|可以用)?(?:了|吗)?"
        + "|(?:列出|查看|显示|看看|看一下)(?:一下)?(?:所有|全部|我)?(?:的)?(?:在线)?(?:的)?(?:机器|节点|电脑|服务器|设备)(?:列表|状态)?|(?:机器|节点|设备)(?:列表|状态)|(?:这是|你在)(?:哪台|什么)(?:机器|电脑)(?:上)?)$",
        RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Machines { get; }

    [GeneratedRegex(
        "^(?:is|are) (?:the |my )?(?!(?:it|this|that|he|she|you|there|they|we|everything|anything|anyone|anybody|everyone) )(?:machine |node |computer |server )?(?<name>[\\w.-]+)(?: still)? (?:online|offline|connected|up|reachable|up and running|alive)(?: (?:right )?now)?$",
        RegexOptions.IgnoreCase, 1000)]
    private static partial Regex OneOnline { get; }

    [GeneratedRegex("^(?:机器|节点)? ?(?<name>[\\w.-]*[a-zA-Z0-9_-]) ?(?:这台机器|机器)?(?:现在|还)?(?:在线|在不在线|连着|离线|上线)(?:了)?(?:吗|没有|么)?$", RegexOptions.IgnoreCase, 1000)]
    private static partial Regex OneOnlineChinese { get; }
}
