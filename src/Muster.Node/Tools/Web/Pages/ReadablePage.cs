using AngleSharp.Dom;
using AngleSharp.Html.Parser;
using Muster.Agents.Tools;
using SmartReader;

namespace Muster.Node.Tools.Web.Pages;

/// <summary>
/// What a person would read of an HTML page, as Markdown: the article where there is one, else the main part, else all but the
/// frame around it. Pages are made by strangers, so their elements, their depth and the time that they take are bounded.
/// </summary>
internal static class ReadablePage
{
    private const int MostElements = 100_000;
    private const int Deepest = 200;

    // Looking for the article takes seconds in pages that were made for that; within these bounds it took 0.7 s at most.
    private const int MostElementsOfArticle = 4_000;
    private const int DeepestOfArticle = 64;
    private const int LeastMain = 200;

    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(5);

    /// <exception cref="ToolException">It is built to be too much.</exception>
    public static string Markdown(string html, Uri address, CancellationToken cancel)
    {
        using var limit = new CancellationTokenSource(_patience, TimeProvider.System);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancel);
        try
        {
            return Read(html, address, either.Token);
        }
        catch (Exception stopped) when (stopped is TooManyElementsException || (stopped is OperationCanceledException && !cancel.IsCancellationRequested))
        {
            throw new ToolException($"The page at {address.AbsoluteUri} is built of so many or so deeply nested parts that it was not read.");
        }
    }

    private static string Read(string html, Uri address, CancellationToken cancel)
    {
        var (document, elements) = Parse(html, MostElements, Deepest, cancel);
        var place = document.QuerySelector("base[href]")?.GetAttribute("href") is { } href && Uri.TryCreate(address, href, out var moved) ? moved : address;
        var writer = new MarkdownWriter(place, cancel);
        var whole = document.Body is { } body ? writer.Write(body, frame: false) : "";
        var best = Article(html, elements, address, cancel) is { } article && writer.Write(article, frame: true) is var read && read.Length * 3 > whole.Length
            ? read
            : Main(document, writer) ?? whole;
        if (best.Length == 0)
        {
            best = document.Body is { } all ? writer.Write(all, frame: true) : "";
        }

        var title = (document.Title ?? "").Trim().ReplaceLineEndings(" ");
        return title.Length == 0 || best.Length == 0 || best.StartsWith("# ", StringComparison.Ordinal) ? best : $"# {title}\n\n{best}";
    }

    private static IElement? Article(string html, int elements, Uri address, CancellationToken cancel)
    {
        if (elements > MostElementsOfArticle)
        {
            return null;
        }

        var (document, _) = Parse(html, MostElementsOfArticle * 2, DeepestOfArticle, cancel);
        var article = new Reader(address.AbsoluteUri, document) { MaxElemsToParse = MostElementsOfArticle * 2, DisableJSONLD = true }.GetArticle();
        return article.IsReadable ? Parse(article.Content, MostElements, Deepest, cancel).Document.Body : null;
    }

    private static string? Main(IDocument document, MarkdownWriter writer) =>
        document.QuerySelectorAll("main, [role=main], article") is { Length: > 0 } parts
        && writer.Write(parts[0], frame: false) is { Length: >= LeastMain } text && (parts.Length == 1 || parts[0].LocalName == "main")
            ? text
            : null;

    private static (AngleSharp.Html.Dom.IHtmlDocument Document, int Elements) Parse(string html, int most, int deepest, CancellationToken cancel)
    {
        var elements = 0;
        var parser = new HtmlParser(new HtmlParserOptions
        {
            MaximumDepth = deepest,
            SkipComments = true,
            OnToken = (_, _) => cancel.ThrowIfCancellationRequested(),
            OnCreated = (_, _) =>
            {
                if (++elements > most)
                {
                    throw new TooManyElementsException();
                }
            },
        });
        return (parser.ParseDocument(html), elements);
    }

    private sealed class TooManyElementsException : Exception;
}
