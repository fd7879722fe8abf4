using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using AngleSharp.Dom;

namespace Muster.Node.Tools.Web.Pages;

/// <summary>
/// HTML to the Markdown that a model reads well: headings, lists, links with whole addresses, code, tables. What is not seen on the
/// page (scripts, hidden elements, controls) is left out. Stands in for ReverseMarkdown.
/// </summary>
internal sealed partial class MarkdownWriter(Uri address, CancellationToken cancel)
{
    private static readonly HashSet<string> _left =
    [
        "script", "style", "noscript", "template", "svg", "math", "canvas", "iframe", "object", "embed", "audio", "video",
        "button", "select", "input", "textarea", "datalist", "head", "dialog", "map",
    ];

    private static readonly HashSet<string> _around = ["nav", "footer", "aside"];

    private static readonly HashSet<string> _blocks =
    [
        "address", "article", "aside", "blockquote", "body", "center", "dd", "details", "dialog", "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer",
        "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "html", "li", "main", "nav", "ol", "p", "pre", "section", "summary", "table", "tbody", "td",
        "tfoot", "th", "thead", "tr", "ul",
    ];

    /// <param name="frame">Whether navigation and what else stands around the text comes along.</param>
    public string Write(IElement root, bool frame) => Blocks(root, frame);

    private string Blocks(INode parent, bool frame)
    {
        cancel.ThrowIfCancellationRequested();
        var blocks = new List<string>();
        var line = new StringBuilder();
        foreach (var child in parent.ChildNodes)
        {
            if (child is IElement element && (_blocks.Contains(element.LocalName) || element.Children.Any(inner => _blocks.Contains(inner.LocalName))))
            {
                Add(blocks, Tidied(line));
                Add(blocks, IsLeft(element, frame) ? "" : Block(element, frame));
            }
            else
            {
                Inline(child, line);
            }
        }

        Add(blocks, Tidied(line));
        return string.Join("\n\n", blocks);
    }

    private static void Add(List<string> blocks, string text)
    {
        if (text.Length > 0)
        {
            blocks.Add(text);
        }
    }

    private string Block(IElement element, bool frame) => element.LocalName switch
    {
        ['h', >= '1' and <= '6' and var level] => Line(element) is { Length: > 0 } heading ? $"{new string('#', level - '0')} {heading.Replace('\n', ' ')}" : "",
        "hr" => "---",
        "pre" => Code(element),
        "blockquote" => Prefixed(Blocks(element, frame), "> ", "> "),
        "ul" or "ol" or "menu" => List(element, frame),
        "table" => Table(element, frame),
        "dt" => Line(element) is { Length: > 0 } term ? $"**{term}**" : "",
        _ => Blocks(element, frame),
    };

    private string List(IElement list, bool frame)
    {
        var items = new StringBuilder();
        var number = int.TryParse(list.GetAttribute("start"), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var start) ? start : 1;
        foreach (var item in list.Children.Where(child => !IsLeft(child, frame)))
        {
            if (Blocks(item, frame) is not { Length: > 0 } text)
            {
                continue;
            }

            // A list in a list that has no item of its own goes one step in.
            var mark = item.LocalName is "ul" or "ol" ? "  " : list.LocalName == "ol" ? string.Create(CultureInfo.InvariantCulture, $"{number++}. ") : "- ";
            var separate = text.Contains("\n\n", StringComparison.Ordinal) && item.QuerySelector("p, pre, table, blockquote") is not null;
            items.Append(items.Length == 0 ? "" : "\n").Append(Prefixed(separate ? text : text.Replace("\n\n", "\n", StringComparison.Ordinal), mark, new string(' ', mark.Length)));
        }

        return items.ToString();
    }

    /// <summary>A table that lays out a page, and is no table, is its cells one after the other.</summary>
    private string Table(IElement table, bool frame)
    {
        var parts = table.Children.Where(part => part.LocalName is "thead" or "tbody" or "tfoot" && !IsLeft(part, frame));
        var rows = parts.SelectMany(part => part.Children.Where(row => row.LocalName == "tr" && !IsLeft(row, frame)))
            .Select(row => row.Children.Where(cell => cell.LocalName is "td" or "th" && !IsLeft(cell, frame)).ToList()).Where(row => row.Count > 0).ToList();
        var columns = rows.Select(row => row.Count).DefaultIfEmpty(0).Max();
        if (columns < 2 || columns > 50 || table.QuerySelector("table, ul, ol, pre, h1, h2, h3") is not null)
        {
            return string.Join("\n\n", rows.SelectMany(row => row).Select(cell => Blocks(cell, frame)).Where(text => text.Length > 0));
        }

        string Row(IEnumerable<string> cells) => $"| {string.Join(" | ", cells)} |";
        var lines = rows.Select(row => Row(row.Select(Cell).Concat(Enumerable.Repeat("", columns - row.Count)))).ToList();
        lines.Insert(1, Row(Enumerable.Repeat("---", columns)));
        return string.Join('\n', lines);
    }

    private string Cell(IElement cell) => Line(cell).Replace('\n', ' ').Replace("|", "\\|", StringComparison.Ordinal);

    private static string Code(IElement element)
    {
        var text = element.TextContent.Trim('\n', '\r').TrimEnd();
        if (text.Length == 0)
        {
            return "";
        }

        var fence = "```";
        while (text.Contains(fence, StringComparison.Ordinal) && fence.Length < 40)
        {
            fence += "`";
        }

        return $"{fence}\n{text}\n{fence}";
    }

    private string Line(IElement element)
    {
        var line = new StringBuilder();
        foreach (var child in element.ChildNodes)
        {
            Inline(child, line);
        }

        return Tidied(line);
    }

    private void Inline(INode node, StringBuilder line)
    {
        switch (node)
        {
            case IText text:
                line.Append(Space.Replace(text.Data, " "));
                break;
            case IElement element when !IsLeft(element, frame: true):
                Inline(element, line);
                break;
        }
    }

    private void Inline(IElement element, StringBuilder line)
    {
        switch (element.LocalName)
        {
            case "br":
                line.Append('\n');
                break;
            case "img":
                Picture(element, line);
                break;
            case "a" when Whole(element.GetAttribute("href")) is { } target:
                Around(element, line, "[", $"]({target})");
                break;
            case "strong" or "b":
                Around(element, line, "**", "**");
                break;
            case "em" or "i":
                Around(element, line, "*", "*");
                break;
            case "code" or "kbd" or "samp":
                Around(element, line, "`", "`");
                break;
            default:
                var block = _blocks.Contains(element.LocalName);
                line.Append(block ? " " : "");
                foreach (var child in element.ChildNodes)
                {
                    Inline(child, line);
                }

                line.Append(block ? " " : "");
                break;
        }
    }

    private void Around(IElement element, StringBuilder line, string before, string after)
    {
        if (Line(element) is not { Length: > 0 } text)
        {
            return;
        }

        var whole = element.TextContent;
        line.Append(whole.Length > 0 && char.IsWhiteSpace(whole[0]) ? " " : "").Append(before).Append(text.Replace('\n', ' ')).Append(after)
            .Append(whole.Length > 0 && char.IsWhiteSpace(whole[^1]) ? " " : "");
    }

    private void Picture(IElement element, StringBuilder line)
    {
        var told = Space.Replace(element.GetAttribute("alt") ?? "", " ").Trim();
        if (told.Length > 0 && Whole(element.GetAttribute("src")) is { } source)
        {
            line.Append(CultureInfo.InvariantCulture, $"![{told}]({source})");
        }
    }

    /// <summary>Null for what leads to no page, such as <c>javascript:</c> and a place on the same one.</summary>
    private string? Whole(string? href) =>
        href is { Length: > 0 and < 2_000 } && href[0] != '#' && Uri.TryCreate(address, href.Trim(), out var target) && target.Scheme is "http" or "https" or "mailto"
            ? target.AbsoluteUri.Replace("(", "%28", StringComparison.Ordinal).Replace(")", "%29", StringComparison.Ordinal)
            : null;

    private static bool IsLeft(IElement element, bool frame) =>
        _left.Contains(element.LocalName) || (!frame && (_around.Contains(element.LocalName) || element.GetAttribute("role") is "navigation" or "contentinfo" or "banner"))
        || element.HasAttribute("hidden") || element.GetAttribute("aria-hidden") == "true"
        || (element.GetAttribute("style") is { } style && Unseen.IsMatch(style));

    private static string Prefixed(string text, string first, string others) =>
        text.Length == 0 ? "" : first + text.Replace("\n", "\n" + others, StringComparison.Ordinal);

    private static string Tidied(StringBuilder line)
    {
        var text = AroundBreak.Replace(Spaces.Replace(line.ToString(), " "), "\n").Trim();
        line.Clear();
        return text;
    }

    [GeneratedRegex(@"\s+", RegexOptions.None, 1000)]
    private static partial Regex Space { get; }

    [GeneratedRegex("[ \u00A0]+", RegexOptions.None, 1000)]
    private static partial Regex Spaces { get; }

    [GeneratedRegex(@" ?\n[ \n]*", RegexOptions.None, 1000)]
    private static partial Regex AroundBreak { get; }

    [GeneratedRegex(@"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(?![.\d])|opacity\s*:\s*0(?![.\d])", RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Unseen { get; }
}
