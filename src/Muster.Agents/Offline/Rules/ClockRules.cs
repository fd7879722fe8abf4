using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Muster.Agents.Offline.Rules;

/// <summary>Time, date, and how long the machine has been up.</summary>
internal static partial class ClockRules
{
    public static IReadOnlyList<OfflineRule> All { get; } =
    [
        new("system", Time, _ => new JsonObject { ["section"] = "time" }, AnswerTime),
        new("system", Uptime, _ => new JsonObject { ["section"] = "uptime" }, AnswerUptime),
    ];

    private static string AnswerTime(ToolReply reply)
    {
        if (!DateTimeOffset.TryParse(reply.Part("time")?.ToString(), CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var time))
        {
            return Format.Block(reply.Text);
        }

        var offset = time.ToString("zzz", CultureInfo.InvariantCulture);
        string[] days = ["日", "一", "二", "三", "四", "五", "六"];
        return reply.Say(
            $"It is {time.ToString("HH:mm:ss 'on' dddd, d MMMM yyyy", CultureInfo.InvariantCulture)} (UTC{offset}).",
            $"现在是 {time.Year} 年 {time.Month} 月 {time.Day} 日 星期{days[(int)time.DayOfWeek]} {time:HH:mm:ss}（UTC{offset}）。");
    }

    private static string AnswerUptime(ToolReply reply)
    {
        if (reply.Part("uptime_seconds") is not { ValueKind: System.Text.Json.JsonValueKind.Number } seconds)
        {
            return Format.Block(reply.Text);
        }

        var span = Format.Span((long)seconds.GetDouble(), reply.IsChinese);
        return reply.Say($"This machine has been up for {span}.", $"这台机器已经运行了 {span}。");
    }

    [GeneratedRegex(
        "^(?:" + Wording.Show + "(?:current |local |system )?(?:time|date|date and time|time and date|day|clock)(?: is it| of day| today)?" + Wording.Here
        + "|what (?:time|date|day|day of the week) is (?:it|today)" + Wording.Here + "|what (?:time|day|date) it is|what(?:'s| is) today(?:'s date)?|do you (?:know|have) (?:what time it is|the time)"
        + "|" + Wording.现在 + "(?:是)?(?:几点|什么时间|什么时候|几点钟)(?:了|啦|钟|呢)?|" + Wording.查看 + Wording.现在 + "(?:时间|日期|系统时间)(?:是多少|是什么)?"
        + "|(?:今天|现在)(?:是)?(?:几号|几月几号|几月几日|星期几|周几|礼拜几|什么日子|哪天|多少号)(?:了)?)$",
        RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Time { get; }

    [GeneratedRegex(
        "^(?:" + Wording.Show + "(?:system |machine )?uptime" + Wording.Here + "|how long (?:has|have) (?:it|this|the machine|this machine|the computer|this computer|the system|the server|you|my (?:computer|machine|server)) been (?:up|on|running)(?: for)?"
        + "|when (?:was|did) (?:it|this machine|the machine|the computer|this computer|the system|the server) (?:last )?(?:started|booted|rebooted|restarted|boot|start|reboot|restart)"
        + "|" + Wording.查看 + Wording.本机 + "(?:运行|开机|启动|开)(?:了)?(?:时间|时长|多久|多长时间|多少时间|多少天)(?:了|是多少)?|" + Wording.本机 + "(?:什么时候|何时)(?:启动|开机|重启)的?)$",
        RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Uptime { get; }
}
