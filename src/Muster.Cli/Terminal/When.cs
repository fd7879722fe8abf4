using System.Globalization;

namespace Muster.Cli.Terminal;

/// <summary>Times as people say them.</summary>
internal static class When
{
    public static string Ago(DateTimeOffset? at, TimeProvider time) => at is { } known ? Span(time.GetUtcNow() - known) + " ago" : "never";

    public static string Span(TimeSpan span) => span switch
    {
        { TotalSeconds: < 60 } => Whole(Math.Max(0, span.TotalSeconds), "s"),
        { TotalMinutes: < 60 } => Whole(span.TotalMinutes, "m"),
        { TotalHours: < 48 } => Whole(span.TotalHours, "h"),
        _ => Whole(span.TotalDays, "d"),
    };

    private static string Whole(double value, string unit) => ((int)value).ToString(CultureInfo.InvariantCulture) + unit;
}
