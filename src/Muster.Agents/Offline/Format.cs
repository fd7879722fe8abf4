using System.Text.Json;

namespace Muster.Agents.Offline;

/// <summary>How numbers and output look in an answer.</summary>
internal static class Format
{
    /// <summary>Powers of 1000, as in the other commands and as disks are sold.</summary>
    public static string Bytes(long bytes)
    {
        string[] units = ["B", "KB", "MB", "GB", "TB", "PB"];
        double value = bytes;
        var unit = 0;
        while (Math.Abs(value) >= 1000 && unit < units.Length - 1)
        {
            value /= 1000;
            unit++;
        }

        return unit == 0 || value >= 100 ? $"{value:0} {units[unit]}" : $"{value:0.0} {units[unit]}";
    }

    public static string Percent(long part, long whole) => whole <= 0 ? "?" : $"{100.0 * part / whole:0} %";

    public static string Span(long seconds, bool chinese)
    {
        var span = TimeSpan.FromSeconds(seconds);
        (int Count, string English, string Chinese)[] parts =
            [(span.Days, "day", "天"), (span.Hours, "hour", "小时"), (span.Minutes, "minute", "分钟"), (span.Seconds, "second", "秒")];
        var shown = parts.SkipWhile(part => part.Count == 0).Where(part => part.Count > 0).Take(2).ToList();
        if (shown.Count == 0)
        {
            return chinese ? "0 秒" : "0 seconds";
        }

        return chinese
            ? string.Join(" ", shown.Select(part => $"{part.Count} {part.Chinese}"))
            : string.Join(" ", shown.Select(part => $"{part.Count} {part.English}{(part.Count == 1 ? "" : "s")}"));
    }

    /// <summary>A code block whose fence is longer than any in the text.</summary>
    public static string Block(string text)
    {
        var fence = "```";
        while (text.Contains(fence, StringComparison.Ordinal))
        {
            fence += "`";
        }

        return $"{fence}\n{text.TrimEnd()}\n{fence}";
    }

    /// <summary>Safe inside a Markdown table.</summary>
    public static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal).Replace('\n', ' ');

    public static long Number(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number ? (long)value.GetDouble() : 0;

    public static double Real(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetDouble() : 0;

    public static string Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value.ToString() : "";
}
