using System.Globalization;
using System.Text;
using Muster.Hub.Schedules.Times;
using Muster.Protocol.Ids;

namespace Muster.Hub.Schedules;

/// <summary>What is said about schedules, in both languages.</summary>
internal sealed class ScheduleTexts(bool chinese)
{
    private const string Clock = "yyyy-MM-dd HH:mm";

    public static ScheduleTexts For(bool chinese) => new(chinese);

    /// <summary>The text as it is told now.</summary>
    public string Told(ScheduleRow row, DateTimeOffset due, DateTimeOffset now, bool late) =>
        (row.IsInstruction ? "" : "⏰ ") + row.Text + (late ? Late(row, due, now) : "");

    public string Made(ScheduleRow row, DateTimeOffset now, bool hubEnds)
    {
        var name = "#" + Short(row.Id);
        var at = At(row.NextAt ?? 0, row.Zone, seconds: row.NextAt - now.ToUnixTimeMilliseconds() <= 120_000);
        var words = ScheduleRule.Describe(row.Rule, row.EverySeconds, row.Cron, chinese);
        var rule = (!words.StartsWith("cron", StringComparison.Ordinal) ? "" : chinese ? "按 " : "by ") + words + Most(row.MaxRuns);
        var who = row.Session is { } session ? (chinese ? $"编程会话 {session}" : $"the coding session {session}") : chinese ? "助手" : "the assistant";
        var text = (row.Rule, row.IsInstruction, chinese) switch
        {
            ("once", false, false) => $"I will remind you at {at} ({row.Zone}): {row.Text}",
            ("once", false, true) => $"好的，{at}（{row.Zone}）提醒你：{row.Text}",
            ("once", true, false) => $"At {at} ({row.Zone}) {who} is given: {row.Text}",
            ("once", true, true) => $"{at}（{row.Zone}）会交给{who}：{row.Text}",
            (_, false, false) => $"I will remind you {rule}, first at {at} ({row.Zone}): {row.Text}",
            (_, false, true) => $"好的，{rule}提醒你，首次 {at}（{row.Zone}）：{row.Text}",
            (_, true, false) => $"{char.ToUpperInvariant(who[0])}{who[1..]} is given this {rule}, first at {at} ({row.Zone}): {row.Text}",
            (_, true, true) => $"{rule}交给{who}，首次 {at}（{row.Zone}）：{row.Text}",
        };
        return $"{text}\n{name}" + (hubEnds ? "\n" + OnlyWhileRunning : "");
    }

    public string OnlyWhileRunning => chinese
        ? "它只在有 hub 运行时才会触发：用 muster up 让它一直运行；错过的会在下次启动时补发。"
        : "It fires only while a hub runs: keep one running with \"muster up\". One that is missed comes when the next hub starts.";

    /// <summary>What is due next, first.</summary>
    public string List(IReadOnlyList<ScheduleRow> rows, int most)
    {
        if (rows.Count == 0)
        {
            return chinese
                ? "没有提醒。例如：/remind 10m 看看烤箱，/remind 明天9点 开会"
                : "There are no reminders. For example: /remind 10m look at the oven, /remind tomorrow at 9 call Bob";
        }

        var text = new StringBuilder(chinese ? "提醒和计划：" : "Reminders and schedules:");
        foreach (var row in rows.OrderBy(row => row.NextAt ?? long.MaxValue).Take(most))
        {
            var rule = row.Rule == "once" ? "" : ", " + ScheduleRule.Describe(row.Rule, row.EverySeconds, row.Cron, chinese) + Most(row.MaxRuns);
            text.Append(CultureInfo.InvariantCulture, $"\n#{Short(row.Id)} {Next(row)}{rule}: {(row.IsInstruction ? "→ " : "")}{(row.Session is null ? "" : row.Session + ": ")}{Cut(row.Text)}");
            if (row.LastAt is { } last)
            {
                text.Append(CultureInfo.InvariantCulture, $"\n  {(chinese ? "上次" : "last")} {At(last, row.Zone)}, {row.LastOutcome}, {Delivered(row.Delivered)}");
            }
        }

        return rows.Count <= most ? text.ToString()
            : text.Append(CultureInfo.InvariantCulture, $"\n{(chinese ? $"…… 还有 {rows.Count - most} 个：muster schedule list" : $"… and {rows.Count - most} more: muster schedule list")}").ToString();
    }

    public string NoMachine(ScheduleRow row) => chinese
        ? $"计划的任务没有执行，因为它的机器已不在：{row.Text}" : $"What was planned was not done, as its machine is not there any more: {row.Text}";

    /// <param name="machine">The one that it was planned for; null: any.</param>
    public string NoSession(ScheduleRow row, string? machine)
    {
        var (open, send) = (machine is null ? $"/new {row.Session}" : $"@{machine} /new {row.Session}", $"/send {row.Session}: …");
        var where = machine ?? (chinese ? "在线的机器" : "any machine that is online");
        return (chinese ? $"计划的任务没有执行，{where}上没有编程会话“{row.Session}”：{row.Text}\n用“{open}”打开它" : $"What was planned was not done, as there is no coding session \"{row.Session}\" on {where}: {row.Text}\nOpen it with \"{open}\"")
            + (row.Rule == "once"
                ? (chinese ? $"，然后用“{send}”发给它。" : $", and give it that with \"{send}\".")
                : (chinese ? $"，下一次就会交给它；不再需要可用“/remind cancel {Short(row.Id)}”取消。" : $" before the next time, or cancel this with \"/remind cancel {Short(row.Id)}\"."));
    }

    public string Cancelled(ScheduleRow row) => chinese ? $"已取消 #{Short(row.Id)}：{Cut(row.Text)}" : $"Cancelled #{Short(row.Id)}: {Cut(row.Text)}";

    public string Delivered(long? delivered) => delivered switch
    {
        1 => chinese ? "已送达" : "delivered",
        0 => chinese ? "尚未送达" : "not delivered yet",
        _ => chinese ? "未送出" : "nothing sent",
    };

    public static string Short(string id) => Id<Schedule>.TryParse(id, out var parsed) ? parsed.Short : id;

    private string Next(ScheduleRow row) => row.State switch
    {
        ScheduleWords.Paused => chinese ? "已暂停" : "paused",
        ScheduleWords.Ended => chinese ? "已结束" : "ended",
        _ => At(row.NextAt ?? 0, row.Zone),
    };

    private string Most(long? runs) => runs is { } most ? (chinese ? $"（共 {most} 次）" : $" ({most} times)") : "";

    private string Late(ScheduleRow row, DateTimeOffset due, DateTimeOffset now)
    {
        var zone = Zones.TryFind(row.Zone) ?? TimeZoneInfo.Utc;
        var (was, told) = (TimeZoneInfo.ConvertTime(due, zone), TimeZoneInfo.ConvertTime(now, zone));
        var format = was.Date == told.Date ? "HH:mm" : Clock;
        var (from, to) = (was.ToString(format, CultureInfo.InvariantCulture), told.ToString(format, CultureInfo.InvariantCulture));
        return chinese ? $"（原定 {from}，{to} 告知）" : $" (due {from}, told {to})";
    }

    private static string At(long milliseconds, string zone, bool seconds = false) => TimeZoneInfo
        .ConvertTime(DateTimeOffset.FromUnixTimeMilliseconds(milliseconds), Zones.TryFind(zone) ?? TimeZoneInfo.Utc)
        .ToString(seconds ? Clock + ":ss" : Clock, CultureInfo.InvariantCulture);

    private static string Cut(string text)
    {
        var line = text.ReplaceLineEndings(" ");
        return line.Length <= 80 ? line : string.Concat(line.AsSpan(0, char.IsHighSurrogate(line[78]) ? 78 : 79), "…");
    }
}
