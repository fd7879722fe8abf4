using System.Globalization;

namespace Muster.Agents.Providers.Failures;

/// <summary>How long a server asks to be left alone.</summary>
internal static class RetryAfter
{
    /// <param name="header">Looks up a response header; null if it is not there.</param>
    public static TimeSpan? Read(Func<string, string?> header, DateTimeOffset now)
    {
        if (Number(header("retry-after-ms")) is { } milliseconds)
        {
            return TimeSpan.FromMilliseconds(milliseconds);
        }

        var text = header("retry-after");
        if (Number(text) is { } seconds)
        {
            return TimeSpan.FromSeconds(seconds);
        }

        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) && at > now
            ? at - now
            : null;
    }

    // A day is more than anybody waits for, and keeps TimeSpan from overflowing.
    private static double? Number(string? text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number is >= 0 and < 86_400_000
            ? number
            : null;
}
