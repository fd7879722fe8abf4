using System.Globalization;

namespace Muster.Hub.Schedules.Times;

/// <summary>The common shapes of a crontab in words: <c>0 9 * * 1</c> is "every monday at 09:00".</summary>
public static class CronWords
{
    private static readonly string[] _names = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];
    private const string Ideographs = "日一二三四五六";

    /// <returns>Null for what has to be read as it is.</returns>
    public static string? Of(string? cron, bool chinese)
    {
        if (cron?.Split(' ', StringSplitOptions.RemoveEmptyEntries) is not [var minute, var hour, var day, "*", var weekday])
        {
            return null;
        }

        var anyDay = (day, weekday) is ("*", "*");
        if (anyDay && hour == "*")
        {
            return Minutes(minute, chinese);
        }

        if (Number(minute, 59) is not { } m || Number(hour, 23) is not { } h)
        {
            return null;
        }

        var time = string.Create(CultureInfo.InvariantCulture, $"{h:00}:{m:00}");
        return (day, weekday.ToUpperInvariant()) switch
        {
            ("*", "*") => chinese ? $"每天 {time}" : $"every day at {time}",
            ("*", "1-5" or "MON-FRI") => chinese ? $"每个工作日 {time}" : $"every weekday at {time}",
            ("*", "0,6" or "6,0" or "SAT,SUN") => chinese ? $"每个周末 {time}" : $"every weekend at {time}",
            ("*", var days) when Days(days, chinese) is { } named => chinese ? $"每周{named} {time}" : $"every {named} at {time}",
            (_, "*") when Number(day, 31) is { } date and > 0 => chinese ? $"每月 {date} 号 {time}" : $"every month on day {date} at {time}",
            _ => null,
        };
    }

    private static string? Minutes(string minute, bool chinese) => minute switch
    {
        "*" => chinese ? "每分钟" : "every minute",
        ['*', '/', .. var step] when Number(step, 59) is { } every and > 1 && 60 % every == 0 => chinese ? $"每 {every} 分钟" : $"every {every} minutes",
        _ when Number(minute, 59) is { } past => chinese ? $"每小时的第 {past} 分" : $"every hour at minute {past}",
        _ => null,
    };

    private static string? Days(string field, bool chinese)
    {
        var days = field.Split(',').Select(part => Number(part, 7) is { } number ? number % 7 : Array.FindIndex(_names, name => name[..3].Equals(part, StringComparison.OrdinalIgnoreCase))).ToList();
        return days.Contains(-1) ? null
            : chinese ? string.Join('、', days.Select(day => Ideographs[day]))
            : string.Join(", ", days.Select(day => _names[day]));
    }

    private static int? Number(string text, int most) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= most ? number : null;
}
