using System.Globalization;
using System.Text.RegularExpressions;
using Muster.Node.Machine;

namespace Muster.Node.Tools.Hardware;

/// <param name="Chip">Such as <c>gpiochip0</c>.</param>
internal sealed record GpioChip(string Chip, string Label, int Lines);

/// <param name="Used">Something holds it: the kernel or a program.</param>
internal sealed record GpioLine(string Chip, int Offset, string? Name, string Direction, bool Used, bool ActiveLow);

/// <summary>What gpiodetect and gpioinfo print, of version 1 and of version 2.</summary>
internal static partial class GpioChips
{
    public static bool Any(MachineFiles files) => files.Entries("dev", "gpiochip").Count > 0;

    /// <summary><c>gpiochip0 [pinctrl-bcm2711] (58 lines)</c></summary>
    public static IReadOnlyList<GpioChip> Chips(string text) =>
        [.. Chip.Matches(text).Select(match => new GpioChip(match.Groups["chip"].Value, match.Groups["label"].Value, Number(match.Groups["lines"])))];

    public static IReadOnlyList<GpioLine> Lines(string text)
    {
        var (chip, lines) = ("", new List<GpioLine>());
        foreach (var row in text.Split('\n'))
        {
            if (Heading.Match(row) is { Success: true } heading)
            {
                chip = heading.Groups["chip"].Value;
            }
            else if (Line.Match(row) is { Success: true } line && chip.Length > 0)
            {
                var told = line.Groups["told"].Value;
                var plain = Quoted.Replace(told, "");
                lines.Add(new GpioLine(
                    chip, Number(line.Groups["offset"]), line.Groups["name"] is { Success: true } name ? name.Value : null,
                    plain.Contains("output", StringComparison.Ordinal) ? "output" : "input",
                    plain.Contains("[used", StringComparison.Ordinal) || plain.Contains("consumer=", StringComparison.Ordinal),
                    plain.Contains("active-low", StringComparison.Ordinal)));
            }
        }

        return lines;
    }

    private static int Number(Group group) => int.Parse(group.ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^(?<chip>gpiochip\d{1,6}) \[(?<label>[^\]\n]*)\] \((?<lines>\d{1,6}) lines?\)", RegexOptions.Multiline, 1000)]
    private static partial Regex Chip { get; }

    [GeneratedRegex(@"^(?<chip>gpiochip\d{1,6}) - \d{1,6} lines?:", RegexOptions.None, 1000)]
    private static partial Regex Heading { get; }

    [GeneratedRegex(@"^\s+line\s+(?<offset>\d{1,6}):\s+(?:""(?<name>[^""]*)""|unnamed|(?<name>\S+))(?<told>.*)$", RegexOptions.None, 1000)]
    private static partial Regex Line { get; }

    [GeneratedRegex(@"""[^""]*""", RegexOptions.None, 1000)]
    private static partial Regex Quoted { get; }
}
