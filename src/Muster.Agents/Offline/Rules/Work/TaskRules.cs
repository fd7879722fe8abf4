using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Muster.Agents.Offline.Rules.Work;

/// <summary>Commands in the background, and how they stand.</summary>
internal static partial class TaskRules
{
    public static IReadOnlyList<OfflineRule> All { get; } =
    [
        .. ((Regex[])[Run, RunChinese]).Select(pattern => new OfflineRule("run_background", pattern, Command, reply => reply.Text.Split('\n')[0]) { Verbatim = true }),
        .. ((Regex[])[One, OneChinese]).Select(pattern => new OfflineRule("task_status", pattern, match => new JsonObject { ["id"] = match.Groups["id"].Value }, Answer)),
        new OfflineRule("task_status", Listed, _ => new JsonObject(), Answer),
    ];

    private static JsonObject Command(Match match) => new() { ["command"] = match.Groups["cmd"].Value.Trim().Trim('`').Trim() };

    private static string Answer(ToolReply reply)
    {
        if (reply.Part("tasks") is not { ValueKind: JsonValueKind.Array } tasks)
        {
            return Format.Block(reply.Text);
        }

        return tasks.GetArrayLength() == 0
            ? reply.Say("There are no background tasks in this conversation.", "这个对话里没有后台任务。")
            : string.Join('\n', tasks.EnumerateArray().Select(task => Line(reply, task)));
    }

    private static string Line(ToolReply reply, JsonElement task)
    {
        var (state, output, error) = (Format.Text(task, "state"), Format.Text(task, "output").TrimEnd(), Format.Text(task, "error"));
        var (sign, chinese) = state switch
        {
            "succeeded" => ("✅", "已完成"),
            "stopped" or "cancelled" => ("⏹", "已停止"),
            "failed" or "timed_out" or "expired" => ("❌", "失败"),
            "interrupted" => ("❌", "被中断"),
            _ => ("⏳", "进行中"),
        };
        var said = $"{sign} #{Format.Text(task, "id")} {reply.Say(state, chinese)} ({Format.Text(task, "elapsed")})  {Format.Text(task, "line")}";
        return said + (error.Length > 0 ? $"\n{error}" : "") + (output.Length > 0 ? "\n" + Format.Block(output) : "");
    }

    private const string Id = "#?(?<id>[0-9a-z_]{6,30})";

    [GeneratedRegex(@"^(?:please )?(?:(?:can|could|would|will) you (?:please )?)?(?:run|start|execute) (?:in the background:?\s+(?<cmd>\S.*)|(?<cmd>\S.*?),? in the background)(?:,? please)?[.?!]?$", RegexOptions.IgnoreCase | RegexOptions.Singleline, 1000)]
    private static partial Regex Run { get; }

    [GeneratedRegex(@"^(?:请|帮我|请帮我)?(?:在)?后台(?:里)?(?:运行|执行|跑)(?:一下)?" + Wording.ChineseCommand + @"(?<cmd>\S.*)$|^(?:请|帮我|请帮我)?把\s*(?<cmd>\S.*?)\s*放(?:到|在)?后台(?:运行|执行|跑)?$", RegexOptions.Singleline, 1000)]
    private static partial Regex RunChinese { get; }

    [GeneratedRegex(
        "^(?:(?:how(?:'s| is)|what(?:'s| is) (?:the )?(?:status|state|output) of|what about|(?:show|check)(?: me)?(?: the)?(?: (?:status|state|output) of)?|is|status of) (?:the )?(?:background )?task " + Id
        + "(?: (?:doing|going|done|finished|over|ready|running)(?: (?:yet|now|already))?)?|task " + Id + ")$",
        RegexOptions.IgnoreCase, 1000)]
    private static partial Regex One { get; }

    [GeneratedRegex("^(?:查看|看看|看一下|检查)?(?:后台)?任务\\s*" + Id + "\\s*(?:的)?(?:现在)?(?:怎么样|怎样|如何|状态|情况|进度|输出|完成|好|跑完|结束)?(?:了)?(?:吗|没有|没|呢)?$", RegexOptions.IgnoreCase, 1000)]
    private static partial Regex OneChinese { get; }

    [GeneratedRegex(
        "^(?:what(?:'s| is) (?:running|going on) in the background|(?:show|list)(?: me)?(?: the| my| all)? (?:background|running) tasks|(?:what|which) (?:background )?tasks are (?:running|there)|后台(?:在|正在)?(?:运行|跑)(?:什么|哪些)(?:任务)?|(?:查看|列出|看看)?后台任务(?:有哪些|列表)?)$",
        RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Listed { get; }
}
