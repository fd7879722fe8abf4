using System.Globalization;
using Muster.Hub.Ledger;
using Muster.Protocol.Jobs;

namespace Muster.Cli.Configuration;

/// <summary>Whether a text is a value of a setting.</summary>
internal static class ValueCheck
{
    /// <summary>A sentence about what is wrong, or null.</summary>
    public static string? Mistake(Setting setting, string value) => setting.Kind switch
    {
        SettingKind.Flag when Flag(value) is null => $"{setting.Key} is \"{value}\"; it must be true or false.",
        SettingKind.Whole => Range(setting, value, long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) ? whole : null, "a whole number"),
        SettingKind.Duration => Range(setting, value, Duration(value) is { } duration ? (long)duration.TotalSeconds : null, "a time such as 30, 30s or 2m"),
        SettingKind.Choice when value.Length > 0 && !setting.Choices.Contains(value) =>
            $"{setting.Key} is \"{value}\"; it must be one of {setting.Range}." + (Nearness.Nearest(value, setting.Choices) is { } near ? $" Did you mean {near}?" : ""),
        SettingKind.Address when value.Length > 0 && !(Uri.TryCreate(value, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" or "ws" or "wss") =>
            $"{setting.Key} is \"{(setting.Secret ? "…" : value)}\"; it must be an address that begins with http:// or https://.",
        SettingKind.Number => Range(setting, value, Number(value), "a number such as 2 or 1.5"),
        SettingKind.Size when value.Length > 0 && !(ByteSize.TryParse(value, out var size) && size.Bytes > 0) =>
            $"{setting.Key} is \"{value}\"; it must be a size such as 512MiB or 4GiB.",
        SettingKind.Credits => Amount(setting, value, Credits.Read(value, out _)),
        SettingKind.Share => Amount(setting, value, Share.Read(value, out _)),
        SettingKind.List when setting.Items is { } items && Items(value).FirstOrDefault(item => !items.Fits(item)) is { } item =>
            $"{setting.Key} has \"{(setting.Secret ? "…" : item)}\"; it must be {items.Meaning}.",
        _ => null,
    };

    /// <summary>The items of a list: a line each, or one line with commas.</summary>
    public static string[] Items(string list) =>
        list.Split(list.Contains('\n', StringComparison.Ordinal) ? '\n' : ',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    public static bool? Flag(string value) => value.Trim().ToLowerInvariant() switch
    {
        "true" or "yes" or "on" or "1" => true,
        "false" or "no" or "off" or "0" or "" => false,
        _ => null,
    };

    public static TimeSpan? Duration(string value)
    {
        var (number, unit) = value.Trim() switch
        {
            [.. var digits, 's'] => (digits, 1.0),
            [.. var digits, 'm'] => (digits, 60.0),
            [.. var digits, 'h'] => (digits, 3600.0),
            var digits => (digits, 1.0),
        };
        return double.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var count) && count < 1e9
            ? TimeSpan.FromSeconds(count * unit)
            : null;
    }

    public static decimal? Number(string value) =>
        decimal.TryParse(value, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static string? Amount(Setting setting, string value, (string Message, string Fix)? mistake) =>
        value.Length == 0 || mistake is not { } wrong ? null : $"{setting.Key} is \"{value}\": {wrong.Message} {wrong.Fix}";

    private static string? Range(Setting setting, string value, decimal? number, string kind)
    {
        if (number is null)
        {
            return value.Length == 0 ? null : $"{setting.Key} is \"{value}\"; it must be {kind}.";
        }

        return number < setting.Minimum || number > setting.Maximum ? $"{setting.Key} is {value}; it must be {setting.Range}." : null;
    }
}
