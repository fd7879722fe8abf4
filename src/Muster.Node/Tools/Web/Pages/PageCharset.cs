using System.Text;
using System.Text.RegularExpressions;

namespace Muster.Node.Tools.Web.Pages;

/// <summary>
/// Bytes to text. What a page says of its encoding is believed only if the bytes can be that: servers often say one thing for
/// all pages. Latin-1, which any bytes can be, is believed last.
/// </summary>
internal static partial class PageCharset
{
    private const int Prologue = 2048;

    public static string Decode(ReadOnlySpan<byte> bytes, string? declared)
    {
        if (Marked(bytes) is var (encoding, mark))
        {
            return encoding.GetString(bytes[mark..]);
        }

        var start = Encoding.Latin1.GetString(bytes[..Math.Min(bytes.Length, Prologue)]);
        List<Encoding> told = [.. ((string?[])[declared, InPage.Match(start) is { Success: true } found ? found.Groups[1].Value : null]).Select(Named).OfType<Encoding>()];
        var chinese = Of("gb18030");
        IEnumerable<Encoding> guesses = IsPaired(bytes) ? [Encoding.UTF8, chinese] : [Encoding.UTF8];
        foreach (var candidate in told.Where(one => !IsLatin(one)).Concat(guesses))
        {
            if (Strictly(candidate, bytes) is { } text)
            {
                return text;
            }
        }

        return Of("windows-1252").GetString(bytes);
    }

    private static (Encoding Encoding, int Mark)? Marked(ReadOnlySpan<byte> bytes) =>
        bytes.StartsWith(Encoding.UTF8.Preamble) ? (Encoding.UTF8, 3)
        : bytes.StartsWith(Encoding.Unicode.Preamble) ? (Encoding.Unicode, 2)
        : bytes.StartsWith(Encoding.BigEndianUnicode.Preamble) ? (Encoding.BigEndianUnicode, 2)
        : null;

    private static Encoding? Named(string? name)
    {
        try
        {
            return name is null or { Length: > 40 } ? null : name.Trim('"', '\'', ' ').ToLowerInvariant() switch
            {
                "gbk" or "gb2312" or "gb_2312-80" or "x-gbk" => Of("gb18030"),
                "utf8" => Encoding.UTF8,
                "utf-7" => null, // no page has it, and it hides what is in it
                var other => Of(other),
            };
        }
        catch (ArgumentException)
        {
            return null; // not one that exists
        }
    }

    private static Encoding Of(string name) => CodePagesEncodingProvider.Instance.GetEncoding(name) ?? Encoding.GetEncoding(name);

    private static bool IsLatin(Encoding encoding) => encoding.CodePage is 1252 or 28591 or 20127;

    /// <summary>Null if they are not all of it; the last character may have been cut off.</summary>
    private static string? Strictly(Encoding encoding, ReadOnlySpan<byte> bytes)
    {
        var strict = (Encoding)encoding.Clone();
        strict.DecoderFallback = DecoderFallback.ExceptionFallback;
        var text = new char[strict.GetMaxCharCount(bytes.Length)];
        try
        {
            return new string(text, 0, strict.GetDecoder().GetChars(bytes, text, flush: false));
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    /// <summary>Whether bytes above ASCII mostly come in twos, as in Chinese, and not alone, as accents do.</summary>
    private static bool IsPaired(ReadOnlySpan<byte> bytes)
    {
        var (pairs, alone) = (0, 0);
        for (var i = 0; i < bytes.Length; i++)
        {
            if (bytes[i] < 0x80)
            {
                continue;
            }

            if (i + 1 < bytes.Length && bytes[i + 1] >= 0x80)
            {
                pairs++;
                i++;
            }
            else
            {
                alone++;
            }
        }

        return pairs > alone;
    }

    [GeneratedRegex("""<(?:meta[^>]*?charset|\?xml[^>]*?encoding)\s*=\s*["']?\s*([\w.:-]{1,40})""", RegexOptions.IgnoreCase, 1000)]
    private static partial Regex InPage { get; }
}
