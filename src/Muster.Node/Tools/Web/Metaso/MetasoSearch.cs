using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Muster.Node.Tools.Web.Metaso;

/// <summary>Search, pages and answers by Metaso, as texts for a model.</summary>
internal sealed partial class MetasoSearch(MetasoClient client)
{
    private const int Results = 10;
    private const int LongestSnippet = 600;

    public async Task<string> SearchAsync(string query, string scope, int most, CancellationToken abort)
    {
        var text = await client.CallAsync("metaso_web_search", new JsonObject { ["q"] = query, ["scope"] = scope, ["size"] = Results }, abort);
        var found = MetasoReply.Parse(text) is { } answer ? string.Join('\n', Items(answer).Select(Line)) : text;
        return found.Trim().Length == 0
            ? $"Nothing was found for \"{query}\" (Metaso, {scope})."
            : Quotation.Of($"Found for \"{query}\" (Metaso, {scope})", found, most);
    }

    public async Task<string> ReadAsync(Uri address, int most, CancellationToken abort)
    {
        var text = await client.CallAsync("metaso_web_reader", new JsonObject { ["url"] = address.AbsoluteUri, ["format"] = "markdown" }, abort);
        return text.Trim().Length == 0
            ? $"Content of {address.AbsoluteUri}: Metaso found no text there."
            : Quotation.Of($"Content of {address.AbsoluteUri}, as Markdown (read by Metaso)", text, most);
    }

    public async Task<string> AskAsync(string question, int most, CancellationToken abort)
    {
        var text = await client.CallAsync("metaso_chat", new JsonObject { ["message"] = question }, abort);
        return text.Trim().Length == 0
            ? "Metaso gave no answer."
            : Quotation.Of("Metaso's answer, from what it found on the web", text, most);
    }

    /// <summary>Each scope has a name of its own for its list.</summary>
    private static IEnumerable<JsonObject> Items(JsonObject answer) =>
        answer.Select(pair => pair.Value).OfType<JsonArray>().Where(list => list.FirstOrDefault() is JsonObject).SelectMany(list => list.OfType<JsonObject>());

    private static string Line(JsonObject item, int index)
    {
        string? First(params ReadOnlySpan<string> names)
        {
            foreach (var name in names)
            {
                if (MetasoReply.String(item[name]) is { Length: > 0 } text)
                {
                    return Space.Replace(text, " ").Trim();
                }
            }

            return null;
        }

        var authors = item["authors"] is JsonArray names ? string.Join(", ", names.Select(MetasoReply.String).OfType<string>().Take(5)) : First("authors");
        var about = string.Join(", ", ((string?[])[First("date", "displayDate", "publishDate"), authors, First("duration") is { } seconds ? $"{seconds} s" : null]).Where(part => !string.IsNullOrEmpty(part)));
        var snippet = First("snippet", "summary", "content") ?? "";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{index + 1}. [{First("title") ?? "untitled"}]({First("link", "url") ?? ""}){(about.Length == 0 ? "" : $" ({about})")}{(snippet.Length == 0 ? "" : "\n   " + (snippet.Length <= LongestSnippet ? snippet : snippet[..LongestSnippet] + "…"))}");
    }

    [GeneratedRegex(@"\s+", RegexOptions.None, 1000)]
    private static partial Regex Space { get; }
}
