using System.Text;
using System.Text.Encodings.Web;

namespace Muster.Node.Sandbox;

/// <summary>How many bytes a text takes inside of a JSON string, as results write it.</summary>
internal static class JsonLength
{
    public static int Of(string text) => text.EnumerateRunes().Sum(Of);

    /// <summary>How many characters from the start fit.</summary>
    public static int Fitting(string text, int bytes) => Fitting(text.EnumerateRunes(), bytes);

    public static int FittingFromEnd(string text, int bytes) => Fitting(text.EnumerateRunes().Reverse(), bytes);

    private static int Fitting(IEnumerable<Rune> runes, int bytes)
    {
        var characters = 0;
        foreach (var rune in runes)
        {
            bytes -= Of(rune);
            if (bytes < 0)
            {
                break;
            }

            characters += rune.Utf16SequenceLength;
        }

        return characters;
    }

    private static int Of(Rune rune)
    {
        Span<byte> plain = stackalloc byte[4];
        Span<byte> escaped = stackalloc byte[16];
        plain = plain[..rune.EncodeToUtf8(plain)];
        JavaScriptEncoder.UnsafeRelaxedJsonEscaping.EncodeUtf8(plain, escaped, out _, out var written);
        return written;
    }
}
