using System.Text;

namespace Muster.Node.Coding.Agents;

/// <summary>A change of a file as a person reads it before they say yes.</summary>
internal static class FileChange
{
    private const int Around = 3;
    private const int Longest = 16_000;

    /// <summary>The lines that differ, between those that stay.</summary>
    public static string Of(string before, string after)
    {
        var (old, young) = (Lines(before), Lines(after));
        var start = 0;
        while (start < old.Length && start < young.Length && old[start] == young[start])
        {
            start++;
        }

        var end = 0;
        while (end < old.Length - start && end < young.Length - start && old[^(end + 1)] == young[^(end + 1)])
        {
            end++;
        }

        var text = new StringBuilder();
        Add(' ', old[Math.Max(0, start - Around)..start]);
        Add('-', old[start..^end]);
        Add('+', young[start..^end]);
        Add(' ', old[^end..][..Math.Min(end, Around)]);
        return text.Length <= Longest ? text.ToString() : text.ToString(0, Longest) + $"\n… {text.Length - Longest} more characters";

        void Add(char mark, string[] lines)
        {
            foreach (var line in lines)
            {
                text.Append(mark).Append(line).Append('\n');
            }
        }
    }

    private static string[] Lines(string text) => text.Length == 0 ? [] : text.TrimEnd('\n').Split('\n');
}
