using System.Globalization;
using System.Text;

namespace Muster.Node.Tools.Files;

/// <summary>Shows changes as a unified diff, with three lines around each.</summary>
internal static class UnifiedDiff
{
    private const int Around = 3;

    private sealed record Hunk(int FirstLine, int LastLine, List<TextChange> Changes);

    public static string Of(string path, string text, IReadOnlyList<TextChange> changes)
    {
        var starts = new List<int> { 0 };
        for (var at = text.IndexOf('\n', StringComparison.Ordinal); at >= 0; at = text.IndexOf('\n', at + 1))
        {
            starts.Add(at + 1);
        }

        var diff = new StringBuilder().Append("--- ").Append(path).Append("\n+++ ").Append(path).Append('\n');
        var shift = 0;
        foreach (var hunk in Hunks(starts, changes))
        {
            shift += Write(diff, text, starts, hunk, shift);
        }

        return diff.ToString();
    }

    /// <summary>Of a text that is replaced as a whole: one change, from the first character that differs to the last.</summary>
    public static string Between(string path, string before, string after)
    {
        var (old, now) = (before.Replace("\r\n", "\n", StringComparison.Ordinal), after.Replace("\r\n", "\n", StringComparison.Ordinal));
        var head = old.AsSpan().CommonPrefixLength(now);
        var most = Math.Min(old.Length, now.Length) - head;
        var tail = 0;
        while (tail < most && old[^(tail + 1)] == now[^(tail + 1)])
        {
            tail++;
        }

        return Of(path, old, [new TextChange(head, old.Length - head - tail, now[head..^tail])]);
    }

    /// <summary>From 1.</summary>
    public static int LineOf(string text, int position) => 1 + text.AsSpan(0, position).Count('\n');

    private static List<Hunk> Hunks(List<int> starts, IReadOnlyList<TextChange> changes)
    {
        var hunks = new List<Hunk>();
        foreach (var change in changes)
        {
            var (first, last) = (Line(starts, change.Start), Line(starts, change.End));
            if (hunks.Count > 0 && first - hunks[^1].LastLine <= 2 * Around)
            {
                hunks[^1].Changes.Add(change);
                hunks[^1] = hunks[^1] with { LastLine = last };
            }
            else
            {
                hunks.Add(new Hunk(first, last, [change]));
            }
        }

        return hunks;
    }

    private static int Write(StringBuilder diff, string text, List<int> starts, Hunk hunk, int shift)
    {
        var from = Math.Max(0, hunk.FirstLine - Around);
        var to = Math.Min(starts.Count - 1, hunk.LastLine + Around);
        var (begin, end) = (starts[from], to + 1 < starts.Count ? starts[to + 1] : text.Length);
        var changed = new StringBuilder();
        var at = begin;
        foreach (var change in hunk.Changes)
        {
            changed.Append(text, at, change.Start - at).Append(change.NewText);
            at = change.End;
        }

        changed.Append(text, at, end - at);
        var before = Lines(text[begin..end]);
        var after = Lines(changed.ToString());
        var head = before.Zip(after).TakeWhile(pair => pair.First == pair.Second).Count();
        var tail = before.Skip(head).Reverse().Zip(after.Skip(head).Reverse()).TakeWhile(pair => pair.First == pair.Second).Count();
        diff.Append(CultureInfo.InvariantCulture, $"@@ -{from + 1},{before.Count} +{from + 1 + shift},{after.Count} @@\n");
        Append(diff, ' ', before.Take(head));
        Append(diff, '-', before.Skip(head).SkipLast(tail));
        Append(diff, '+', after.Skip(head).SkipLast(tail));
        Append(diff, ' ', before.TakeLast(tail));
        return after.Count - before.Count;
    }

    private static void Append(StringBuilder diff, char sign, IEnumerable<string> lines)
    {
        foreach (var line in lines)
        {
            diff.Append(sign).Append(line).Append('\n');
        }
    }

    private static List<string> Lines(string text)
    {
        var lines = text.Split('\n').ToList();
        if (lines[^1].Length == 0)
        {
            lines.RemoveAt(lines.Count - 1);
        }

        return lines;
    }

    private static int Line(List<int> starts, int position)
    {
        var index = starts.BinarySearch(position);
        return index < 0 ? ~index - 1 : index;
    }
}
