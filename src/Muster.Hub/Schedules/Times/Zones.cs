using System.Text.RegularExpressions;

namespace Muster.Hub.Schedules.Times;

/// <summary>Time zones by their IANA names, and times of the clock on the wall in them.</summary>
internal static partial class Zones
{
    /// <exception cref="ScheduleMistakeException">There is none of this name.</exception>
    public static TimeZoneInfo Find(string name) => TryFind(name) ?? throw new ScheduleMistakeException(
        "zone",
        $"There is no time zone \"{name}\". Write one such as Europe/Berlin, Asia/Shanghai or UTC.",
        $"没有时区“{name}”。请写成 Asia/Shanghai、Europe/Berlin 或 UTC 这样的名称。");

    public static TimeZoneInfo? TryFind(string name)
    {
        if (!Name.IsMatch(name))
        {
            return null;
        }

        try
        {
            return TimeZoneInfo.FindSystemTimeZoneById(name);
        }
        catch (Exception error) when (error is TimeZoneNotFoundException or InvalidTimeZoneException)
        {
            return null;
        }
    }

    /// <summary>The moment at which a clock there shows this. A time that the clocks jump over is the end of the jump, one that comes twice the first.</summary>
    public static DateTimeOffset Instant(DateTime wall, TimeZoneInfo zone)
    {
        var time = DateTime.SpecifyKind(wall, DateTimeKind.Unspecified);
        if (zone.IsInvalidTime(time))
        {
            var before = zone.GetUtcOffset(new DateTimeOffset(time, TimeSpan.Zero).AddDays(-1));
            var (early, late) = (new DateTimeOffset(time, before).AddHours(-3), new DateTimeOffset(time, before));
            while (late - early > TimeSpan.FromSeconds(1))
            {
                var middle = early + ((late - early) / 2);
                (early, late) = zone.GetUtcOffset(middle) == before ? (middle, late) : (early, middle);
            }

            return DateTimeOffset.FromUnixTimeSeconds(late.ToUnixTimeSeconds());
        }

        var offset = zone.IsAmbiguousTime(time) ? zone.GetAmbiguousTimeOffsets(time).Max() : zone.GetUtcOffset(time);
        return new DateTimeOffset(time, offset).ToUniversalTime();
    }

    // A name is part of a path where zones are files.
    [GeneratedRegex(@"^[A-Za-z][A-Za-z0-9_+-]{0,40}(?:/[A-Za-z0-9_+-]{1,40}){0,2}\z", RegexOptions.CultureInvariant, 200)]
    private static partial Regex Name { get; }
}
