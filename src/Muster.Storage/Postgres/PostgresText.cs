using System.Buffers;
using System.Text;

namespace Muster.Storage.Postgres;

/// <summary>PostgreSQL keeps neither the character 0 nor half a surrogate pair; a replacement character stands in their place.</summary>
internal static class PostgresText
{
    private const char Replacement = '\uFFFD';

    public static string Keepable(string text) =>
        !text.AsSpan().Contains('\0') && text.AsSpan().IndexOfAnyInRange('\uD800', '\uDFFF') < 0 ? text : Repaired(text);

    private static string Repaired(string text)
    {
        var result = new StringBuilder(text.Length);
        for (var rest = text.AsSpan(); !rest.IsEmpty;)
        {
            var status = Rune.DecodeFromUtf16(rest, out var rune, out var used);
            if (status == OperationStatus.Done && rune.Value != 0)
            {
                result.Append(rest[..used]);
            }
            else
            {
                result.Append(Replacement);
            }

            rest = rest[used..];
        }

        return result.ToString();
    }
}
