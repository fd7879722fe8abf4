using System.Globalization;
using System.Text;

namespace Muster.Node.Sandbox;

/// <summary>
/// The text of one stream in bounded memory: its beginning, its end, and how much lay between.
/// Bytes that are not UTF-8 become U+FFFD; a character split over two reads stays whole.
/// </summary>
internal sealed class OutputBuffer(int capacity)
{
    private readonly Lock _gate = new();
    private readonly Decoder _decoder = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false).GetDecoder();
    private readonly StringBuilder _head = new();
    private readonly char[] _tail = new char[capacity - (capacity / 2)];
    private long _tailWritten;

    // Ordinary text takes hardly more bytes as JSON than it has characters. Control characters take six, Chinese ones three.
    private int MostBytes => capacity / 3 * 4;

    /// <summary>All bytes that came, kept or not.</summary>
    public long Bytes { get; private set; }

    public bool Cut
    {
        get
        {
            lock (_gate)
            {
                return Parts().Skipped > 0;
            }
        }
    }

    /// <returns>The text that these bytes completed.</returns>
    public string Add(ReadOnlySpan<byte> bytes, bool last = false)
    {
        var chars = new char[_decoder.GetCharCount(bytes, last)];
        lock (_gate)
        {
            Bytes += bytes.Length;
            Keep(chars.AsSpan(0, _decoder.GetChars(bytes, chars, last)));
        }

        return new string(chars);
    }

    /// <summary>What is kept, with a line in the middle that says what is not.</summary>
    public override string ToString()
    {
        lock (_gate)
        {
            var (head, skipped, tail) = Parts();
            return skipped == 0
                ? head + tail
                : string.Create(CultureInfo.InvariantCulture, $"{Whole(head)}\n[... {skipped} characters left out ...]\n{Whole(tail)}");
        }
    }

    private (string Head, long Skipped, string Tail) Parts()
    {
        var head = _head.ToString();
        var start = (int)(_tailWritten % _tail.Length);
        var tail = _tailWritten <= _tail.Length
            ? new string(_tail, 0, (int)_tailWritten)
            : string.Concat(_tail.AsSpan(start), _tail.AsSpan(0, start));
        var skipped = Math.Max(0, _tailWritten - _tail.Length);
        if (JsonLength.Of(head) + JsonLength.Of(tail) <= MostBytes)
        {
            return (head, skipped, tail);
        }

        var (first, last) = (head[..JsonLength.Fitting(head, MostBytes / 2)], tail[^JsonLength.FittingFromEnd(tail, MostBytes / 2)..]);
        return (first, skipped + head.Length - first.Length + tail.Length - last.Length, last);
    }

    // A cut may fall between the two halves of one character.
    private static string Whole(string text)
    {
        var start = text.Length > 0 && char.IsLowSurrogate(text[0]) ? 1 : 0;
        var end = text.Length > start && char.IsHighSurrogate(text[^1]) ? text.Length - 1 : text.Length;
        return text[start..end];
    }

    private void Keep(ReadOnlySpan<char> text)
    {
        var forHead = Math.Min(text.Length, (capacity / 2) - _head.Length);
        _head.Append(text[..forHead]);
        text = text[forHead..];
        if (text.Length > _tail.Length)
        {
            _tailWritten += text.Length - _tail.Length;
            text = text[^_tail.Length..];
        }

        var at = (int)(_tailWritten % _tail.Length);
        var first = Math.Min(text.Length, _tail.Length - at);
        text[..first].CopyTo(_tail.AsSpan(at));
        text[first..].CopyTo(_tail);
        _tailWritten += text.Length;
    }
}
