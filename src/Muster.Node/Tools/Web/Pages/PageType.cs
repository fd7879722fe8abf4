using Muster.Agents.Tools;

namespace Muster.Node.Tools.Web.Pages;

internal enum PageKind
{
    Unknown,
    Html,
    Text,
    Pdf,
    Binary,
}

/// <summary>What can be read as text.</summary>
internal static class PageType
{
    private static readonly string[] _texts = ["json", "xml", "javascript", "ecmascript", "yaml", "x-yaml", "toml", "x-ndjson", "sql", "x-sh", "graphql", "rtf"];

    public static PageKind Of(string? media) => media?.ToLowerInvariant() switch
    {
        null or "" or "application/octet-stream" or "binary/octet-stream" => PageKind.Unknown,
        "text/html" or "application/xhtml+xml" => PageKind.Html,
        "application/pdf" => PageKind.Pdf,
        ['t', 'e', 'x', 't', '/', ..] => PageKind.Text,
        var other when other.EndsWith("+json", StringComparison.Ordinal) || other.EndsWith("+xml", StringComparison.Ordinal)
            || (other.StartsWith("application/", StringComparison.Ordinal) && _texts.Contains(other["application/".Length..])) => PageKind.Text,
        _ => PageKind.Binary,
    };

    /// <summary>By its first bytes, where the server says nothing of use.</summary>
    public static PageKind Sniff(ReadOnlySpan<byte> bytes)
    {
        var start = bytes[..Math.Min(bytes.Length, 1024)];
        if (start.StartsWith("%PDF-"u8))
        {
            return PageKind.Pdf;
        }

        // UTF-16 has zeros in it too, and begins with its mark.
        if (start.Contains((byte)0) && !start.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE]) && !start.StartsWith((ReadOnlySpan<byte>)[0xFE, 0xFF]))
        {
            return PageKind.Binary;
        }

        var text = System.Text.Encoding.Latin1.GetString(start).TrimStart('\u00EF', '\u00BB', '\u00BF', ' ', '\r', '\n', '\t');
        return text.StartsWith("<!doctype html", StringComparison.OrdinalIgnoreCase) || text.StartsWith("<html", StringComparison.OrdinalIgnoreCase)
            || text.Contains("<body", StringComparison.OrdinalIgnoreCase) || text.Contains("<head", StringComparison.OrdinalIgnoreCase)
                ? PageKind.Html
                : PageKind.Text;
    }

    /// <exception cref="ToolException">It is nothing to read.</exception>
    public static void Require(PageKind kind, Uri address, string? media)
    {
        if (kind is PageKind.Pdf or PageKind.Binary)
        {
            var what = kind == PageKind.Pdf ? "a PDF" : media is null ? "no text" : $"no text but {media}";
            throw new ToolException($"{address.AbsoluteUri} is {what}; fetch reads HTML, text, JSON and XML. A command can download the file and open it (`curl -O`).");
        }
    }
}
