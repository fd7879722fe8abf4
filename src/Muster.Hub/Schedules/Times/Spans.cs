using System.Globalization;

namespace Muster.Hub.Schedules.Times;

internal static class Spans
{
    /// <summary>The largest units first: 1h30m, 45s.</summary>
    public static string Text(long seconds)
    {
        var span = TimeSpan.FromSeconds(seconds);
        var parts = new[] { (span.Days, "d"), (span.Hours, "h"), (span.Minutes, "m"), (span.Seconds, "s") }.Where(part => part.Item1 > 0);
        return string.Concat(parts.Select(part => part.Item1.ToString(CultureInfo.InvariantCulture) + part.Item2)) is { Length: > 0 } text ? text : "0s";
    }
}
