using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Muster.Node.Compute.Owner;

/// <summary>A part of every day in the machine's own time, such as 22:00-07:00; the end is not in it.</summary>
public sealed record DayHours(TimeOnly From, TimeOnly Until)
{
    public static bool TryParse(string text, [NotNullWhen(true)] out DayHours? hours)
    {
        hours = text.Split('-', StringSplitOptions.TrimEntries) is [var from, var until] && Time(from) is { } first && Time(until) is { } end && first != end
            ? new DayHours(first, end)
            : null;
        return hours is not null;
    }

    public bool Hold(TimeOnly now) => now.IsBetween(From, Until);

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{From:HH:mm}-{Until:HH:mm}");

    private static TimeOnly? Time(string text) =>
        text == "24:00" ? TimeOnly.MinValue
        : TimeOnly.TryParseExact(text, ["HH:mm", "H:mm"], CultureInfo.InvariantCulture, DateTimeStyles.None, out var time) ? time
        : null;
}
