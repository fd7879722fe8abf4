using System.Text;
using Muster.Agents.Messages;

namespace Muster.Agents.Tools;

/// <summary>How much of a tool's text a model gets to see. What is cut is said in a line of its own.</summary>
/// <param name="MaxBytes">UTF-8 bytes, the line that tells of the cut included.</param>
public sealed record OutputCap(OutputKeep Keep, int MaxLines = 2_000, int MaxBytes = 50 * 1024)
{
    private const int NoticeBytes = 160;

    /// <summary>For what is read from its start, such as files and pages.</summary>
    public static OutputCap Head { get; } = new(OutputKeep.Head);

    /// <summary>For what matters at its end, such as the output of commands.</summary>
    public static OutputCap Tail { get; } = new(OutputKeep.Tail);

    /// <summary>Text blocks that are too long together become one; other blocks stay.</summary>
    public IReadOnlyList<ContentBlock> Apply(IReadOnlyList<ContentBlock> content)
    {
        var texts = content.OfType<TextBlock>().Select(block => block.Text).ToList();
        if (texts.Count <= 1)
        {
            return [.. content.Select(block => block is TextBlock text ? Same(text, Apply(text.Text)) : block)];
        }

        var whole = string.Join('\n', texts);
        var capped = Apply(whole);
        return ReferenceEquals(whole, capped)
            ? content
            : [new TextBlock(capped), .. content.Where(block => block is not TextBlock)];
    }

    /// <summary>The text itself when it fits. Halves of characters, which no provider accepts, become U+FFFD.</summary>
    public string Apply(string text)
    {
        text = WellFormed(text);
        var bytes = Encoding.UTF8.GetByteCount(text);
        var lines = text.AsSpan().Count('\n') + (text.EndsWith('\n') ? 0 : 1);
        if (bytes <= MaxBytes && lines <= MaxLines)
        {
            return text;
        }

        var room = Math.Max(0, MaxBytes - NoticeBytes);
        var kept = Keep == OutputKeep.Head ? First(text, room) : Last(text, room);
        var keptLines = kept.AsSpan().Count('\n') + (kept.Length == 0 || kept.EndsWith('\n') ? 0 : 1);
        var part = Keep == OutputKeep.Head ? "beginning" : "end";
        var notice = $"[Cut: this is the {part}, {keptLines} of {lines} lines and {Encoding.UTF8.GetByteCount(kept)} of {bytes} bytes.]";
        return Keep == OutputKeep.Head ? $"{kept.TrimEnd('\n')}\n{notice}" : $"{notice}\n{kept}";
    }

    private string First(string text, int room)
    {
        var end = 0;
        var lines = 0;
        while (end < text.Length && lines < MaxLines - 1)
        {
            var newline = text.IndexOf('\n', end);
            var next = newline < 0 ? text.Length : newline + 1;
            var size = Encoding.UTF8.GetByteCount(text.AsSpan(end, next - end));
            if (size > room)
            {
                // One line alone may be too long: then part of it is better than nothing.
                return lines > 0 ? text[..end] : text[..Fitting(text, 0, room)];
            }

            room -= size;
            end = next;
            lines++;
        }

        return text[..end];
    }

    private string Last(string text, int room)
    {
        var start = text.Length;
        var lines = 0;
        while (start > 0 && lines < MaxLines - 1)
        {
            var newline = start < 2 ? -1 : text.LastIndexOf('\n', start - 2);
            var previous = newline + 1;
            var size = Encoding.UTF8.GetByteCount(text.AsSpan(previous, start - previous));
            if (size > room)
            {
                return lines > 0 ? text[start..] : text[FittingFromEnd(text, room)..];
            }

            room -= size;
            start = previous;
            lines++;
        }

        return text[start..];
    }

    private static int Fitting(string text, int from, int room)
    {
        var at = from;
        foreach (var rune in text.AsSpan(from).EnumerateRunes())
        {
            room -= rune.Utf8SequenceLength;
            if (room < 0)
            {
                break;
            }

            at += rune.Utf16SequenceLength;
        }

        return at;
    }

    private static int FittingFromEnd(string text, int room)
    {
        var at = text.Length;
        while (at > 0 && Rune.DecodeLastFromUtf16(text.AsSpan(0, at), out var rune, out var length) == System.Buffers.OperationStatus.Done)
        {
            room -= rune.Utf8SequenceLength;
            if (room < 0)
            {
                break;
            }

            at -= length;
        }

        return at;
    }

    private static TextBlock Same(TextBlock block, string text) => ReferenceEquals(block.Text, text) ? block : new TextBlock(text);

    private static string WellFormed(string text)
    {
        for (var index = 0; index < text.Length; index++)
        {
            if (char.IsSurrogate(text[index]))
            {
                if (index + 1 < text.Length && char.IsSurrogatePair(text[index], text[index + 1]))
                {
                    index++;
                    continue;
                }

                return Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));
            }
        }

        return text;
    }
}

public enum OutputKeep
{
    Head,
    Tail,
}
