using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Muster.Agents.Offline.Rules;

/// <summary>Time, date, and how long the machine has been up.</summary>
internal static partial class ClockRules
{
    public static IReadOnlyList<OfflineRule> All { get; } =
    [
        .. ((Regex[])[Elsewhere, ElsewhereChinese]).Select(pattern =>
            new OfflineRule("system", pattern, ElsewhereArguments, AnswerElsewhere)),
        new("system", Time, _ => new JsonObject { ["section"] = "time" }, AnswerTime),
        new("system", Uptime, _ => new JsonObject { ["section"] = "uptime" }, AnswerUptime),
    ];

    private static string AnswerTime(ToolReply reply)
    {
        if (At(reply) is not { } time)
        {
            return Format.Block(reply.Text);
        }

        var (english, chinese) = Words(time);
        return reply.Say($"It is {english}.", $"现在是 {chinese}。");
    }

    // "Tokyo time" asks for the time, "lunch time" does not.
    private static JsonObject? ElsewhereArguments(Match match) =>
        match.Groups["onlyIfKnown"].Success && Places.Zone(match.Groups["place"].Value.Trim()) is null ? null : new JsonObject { ["section"] = "time" };

    private static string AnswerElsewhere(ToolReply reply)
    {
        var place = reply.Asked("place");
        if (At(reply) is not { } time)
        {
            return Format.Block(reply.Text);
        }

        if (Places.Zone(place) is not { } zone)
        {
            return reply.Say(
                $"I know no time zone called \"{place}\". Name a large city, as Tokyo or New York, or a zone, as Asia/Tokyo.",
                $"我不知道“{place}”的时区。请说一个大城市（如东京、纽约），或者时区名（如 Asia/Tokyo）。");
        }

        var (english, chinese) = Words(TimeZoneInfo.ConvertTime(time, zone));
        return reply.Say($"In {place} it is {english}.", $"{place}现在是 {chinese}。");
    }

    private static DateTimeOffset? At(ToolReply reply) =>
        DateTimeOffset.TryParse(reply.Part("time")?.ToString(), CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var time) ? time : null;

    private static (string English, string Chinese) Words(DateTimeOffset time)
    {
        var offset = time.ToString("zzz", CultureInfo.InvariantCulture);
        string[] days = ["日", "一", "二", "三", "四", "五", "六"];
        return (
            $"{time.ToString("HH:mm:ss 'on' dddd, d MMMM yyyy", CultureInfo.InvariantCulture)} (UTC{offset})",
            $"{time.Year} 年 {time.Month} 月 {time.Day} 日 星期{days[(int)time.DayOfWeek]} {time:HH:mm:ss}（UTC{offset}）");
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

    // Not "on nas": that names a machine.
    [GeneratedRegex(
        "^(?:what (?:time|date|day) is it|what(?:'s| is) the (?:current |local )?(?:time|date)|(?:current |local )?(?:time|date)|what (?:time|date|day) it is)(?: (?:right )?now)? (?:in|at) (?:the )?(?!(?:this|my|that|your) )(?<place>[\\p{L}][\\p{L} .'/_+-]{1,40}?\\d{0,2})(?: (?:right )?now)?$"
        + "|^(?:what(?:'s| is) (?:the )?)?(?:current )?(?<place>[\\p{L}][\\p{L}/_ ]{1,40}) (?<onlyIfKnown>time)(?: (?:right )?now)?$",
        RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Elsewhere { get; }

    [GeneratedRegex(
        "^(?:在)?(?!现在|目前|当前|今天|本地|系统|本机|这|服务器|机器|电脑|查|看|显)(?<place>[\\p{L}][\\p{L}/_ ]{1,20}?) ?(?:的)?(?:当地)?(?:(?:现在|目前|当前|此刻)(?:是)?(?:的)?(?:几点|什么时间|时间|几号|星期几)|(?<onlyIfKnown>(?:的)?时间|几点))(?:钟)?(?:是多少|是几点)?(?:了|啦|呢)?$"
        + "|^(?:现在|目前|当前)(?:在)? ?(?!是|在|的|本)(?<place>[\\p{L}][\\p{L}/_ ]{1,20}?) ?(?:的)?(?:是)?(?<onlyIfKnown>几点|时间|什么时间)(?:钟)?(?:了|啦|呢)?$",
        RegexOptions.IgnoreCase, 1000)]
    private static partial Regex ElsewhereChinese { get; }

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
        + "|when was (?:the|its|your) (?:last |latest )?(?:reboot|restart|boot|start)" + Wording.Here + "|(?:last|latest) (?:reboot|boot|restart)"
        + "|" + Wording.查看 + Wording.本机 + "(?:运行|开机|启动|开)(?:了)?(?:时间|时长|多久|多长时间|多少时间|多少天)(?:了|是多少)?|" + Wording.本机 + "(?:什么时候|何时)(?:启动|开机|重启)的?)$",
        RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Uptime { get; }
}
