using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Muster.Agents.Offline.Rules;

/// <summary>Load, processes, and the state of the machine as a whole.</summary>
internal static partial class LoadRules
{
    public static IReadOnlyList<OfflineRule> All { get; } =
    [
        new("system", MemoryUsers, _ => new JsonObject { ["section"] = "processes" }, AnswerMemoryUsers),
        new("system", Processes, _ => new JsonObject { ["section"] = "processes" }, AnswerProcesses),
        new("system", Load, _ => new JsonObject { ["section"] = "load" }, AnswerLoad),
        new("system", Everything, _ => new JsonObject { ["section"] = "all" }, AnswerEverything),
    ];

    private static string AnswerLoad(ToolReply reply)
    {
        if (reply.Part("load") is not { ValueKind: JsonValueKind.Object } load)
        {
            return Format.Block(reply.Text);
        }

        var cores = Math.Max(1, Format.Number(load, "cores"));
        List<string> sentences = [];
        if (load.TryGetProperty("cpu_percent", out _))
        {
            var busy = Format.Real(load, "cpu_percent");
            sentences.Add(reply.Say($"The CPU is {busy:0} % busy.", $"CPU 使用率 {busy:0} %。"));
        }

        if (load.TryGetProperty("one", out _))
        {
            var (one, five, fifteen) = (Format.Real(load, "one"), Format.Real(load, "five"), Format.Real(load, "fifteen"));
            sentences.Add(reply.Say(
                $"The load is {one:0.00} (1 min), {five:0.00} (5 min), {fifteen:0.00} (15 min) on {cores} {(cores == 1 ? "core" : "cores")}.",
                $"负载：{one:0.00}（1 分钟）、{five:0.00}（5 分钟）、{fifteen:0.00}（15 分钟），共 {cores} 核。"));
        }

        return sentences.Count == 0
            ? reply.Say("This system does not tell how busy it is.", "这个系统没有给出繁忙程度。")
            : string.Join(reply.Say(" ", ""), sentences);
    }

    private static string AnswerProcesses(ToolReply reply)
    {
        if (reply.Part("processes") is not { ValueKind: JsonValueKind.Array } processes)
        {
            return Format.Block(reply.Text);
        }

        var byMemory = processes.EnumerateArray().OrderByDescending(process => Format.Number(process, "memory_bytes"));
        return Table(reply, reply.Say("The busiest processes:", "最忙的进程："), byMemory.OrderByDescending(process => Format.Real(process, "cpu_percent")));
    }

    private static string AnswerMemoryUsers(ToolReply reply) => reply.Part("processes") is { ValueKind: JsonValueKind.Array } processes
        ? Table(
            reply,
            reply.Say("The processes with the most memory:", "占用内存最多的进程："),
            processes.EnumerateArray().OrderByDescending(process => Format.Number(process, "memory_bytes")))
        : Format.Block(reply.Text);

    private static string Table(ToolReply reply, string title, IEnumerable<JsonElement> processes)
    {
        var rows = processes
            .Take(15)
            .Select(process => $"| {Format.Number(process, "pid")} | {Format.Cell(Format.Text(process, "name"))} | {Format.Real(process, "cpu_percent"):0.0} % | {Format.Bytes(Format.Number(process, "memory_bytes"))} |");
        return string.Join('\n', (string[])
        [
            title,
            "",
            reply.Say("| pid | name | CPU | memory |", "| 进程号 | 名称 | CPU | 内存 |"),
            "|---:|---|---:|---:|",
            .. rows,
        ]);
    }

    private static string AnswerEverything(ToolReply reply)
    {
        List<string> parts = [];
        void Add(string part, IReadOnlyList<OfflineRule> rules, string section)
        {
            if (reply.Part(part) is not null)
            {
                parts.Add(rules.First(rule => rule.Arguments(Match.Empty)!["section"]!.ToString() == section).Answer(reply));
            }
        }

        Add("uptime_seconds", ClockRules.All, "uptime");
        Add("load", All, "load");
        Add("memory", MemoryRules.All, "memory");
        Add("disks", DiskRules.All, "disk");
        return parts.Count == 0 ? Format.Block(reply.Text) : string.Join("\n\n", parts);
    }

    [GeneratedRegex(
        "^(?:(?:how (?:busy|loaded|hot) (?:is|are) (?:the |my |this )?(?:cpu|processor|machine|computer|system|server|it)|how much cpu (?:is (?:used|free|in use|being used)|do i have|usage)|is (?:the |my |this )?(?:cpu|processor|machine|computer|system|server) (?:very |so )?(?:busy|idle)|" + Wording.Show + "(?:system |current |average |cpu |processor )*(?:cpu|load|load average|processor|utili[sz]ation)(?: (?:load|usage|use|utili[sz]ation|status|average))*(?: like)?)" + Wording.Here
        + "|" + Wording.查看 + Wording.本机 + Wording.现在 + "(?:CPU|处理器|负载|系统负载) ?(?:的)?(?:使用|占用|负载)*" + Wording.现在 + "(?:高吗|忙吗|高不高|忙不忙)?" + Wording.多少
        + "|" + Wording.本机 + Wording.现在 + "(?:很|在)?(?:忙|繁忙|空闲)(?:吗|不忙|么))$",
        RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Load { get; }

    [GeneratedRegex(
        "^(?:(?:which|what) (?:processes|programs|apps|process|program) (?:(?:are|is) (?:using|eating|taking|hogging)|uses?|eats?|takes?|needs?) (?:up )?(?:the |my |so |all )*(?:most |much )?(?:of )?(?:the |my )?(?:memory|ram)" + Wording.Here
        + "|(?:what|who)(?:'s| is) (?:using|eating|taking|hogging) (?:up )?(?:the |my |so |all )*(?:most |much )?(?:of )?(?:the |my )?(?:memory|ram)" + Wording.Here
        + "|(?:谁|什么|哪个|哪些)(?:进程|程序)?(?:在|最)?(?:占用|占|吃|用)(?:了)?(?:最多)?(?:的)?内存(?:最多)?)$",
        RegexOptions.IgnoreCase, 1000)]
    private static partial Regex MemoryUsers { get; }

    [GeneratedRegex(
        "^(?:(?:list|show|show me|what are|which are|give me)(?: all)?(?: the| my)?(?: top| busiest| running| heaviest)* (?:\\d+ )?(?:process|processes|programs|tasks|jobs)(?: (?:running|that (?:are )?run(?:ning)?))?" + Wording.Here
        + "|(?:top(?: processes)?|ps|busiest processes|processes|running processes|process list)|(?:which|what) (?:processes|programs|apps|process|program) (?:(?:are|is) running|(?:(?:are|is) (?:using|eating|taking|hogging)|uses?|eats?|takes?|needs?) .{0,30})" + Wording.Here
        + "|what(?:'s| is) (?:running|(?:using|eating|taking|hogging) (?:up )?(?:all )?(?:the |my |so much )?(?:cpu|memory|ram|processor))" + Wording.Here
        + "|" + Wording.查看 + "(?:列出)?" + Wording.本机 + Wording.现在 + "(?:有)?(?:正在)?(?:运行|哪些|什么|在运行|在跑)*(?:的)?(?:所有|全部)?(?:进程|程序)(?:列表|情况|有哪些|在运行|在跑)*"
        + "|(?:谁|什么|哪个|哪些)(?:进程|程序)?(?:在|最)?(?:占用|占|吃|用)(?:了)?(?:最多)?(?:的)? ?(?:CPU|内存|处理器) ?(?:最多|最高)?)$",
        RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Processes { get; }

    [GeneratedRegex(
        "^(?:" + Wording.Show + "(?:system|machine|computer|server|node|host)(?:'s)? (?:status|info|information|health|state|overview|stats|summary|doing)" + Wording.Here
        + "|how(?:'s| is) (?:the |this |my )?(?:machine|computer|system|server|node) (?:doing|feeling)?|how are you doing|(?:status|sysinfo|system)(?: report)?"
        + "|" + Wording.查看 + "(?:这台)?(?:系统|机器|电脑|服务器|本机|主机)(?:的)?(?:整体)?(?:状态|信息|情况|状况|健康状况|概况)(?:如何|怎么样)?|(?:系统|机器|电脑|服务器)(?:现在)?(?:怎么样|还好吗|正常吗)(?:了)?)$",
        RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Everything { get; }
}
