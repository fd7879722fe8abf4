using System.Text.Json;
using System.Text.RegularExpressions;

namespace Muster.Agents.Providers.Failures;

/// <summary>What an endpoint said when it refused: status and whatever its body held. Bodies differ widely; only the
/// message is usual.</summary>
internal sealed partial record ErrorReply(int? Status, string Code, string Message, TimeSpan? RetryAfter = null, bool? ShouldRetry = null)
{
    public static ErrorReply FromBody(int status, string body, TimeSpan? retryAfter, bool? shouldRetry)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return FromJson(document.RootElement, status) with { RetryAfter = retryAfter, ShouldRetry = shouldRetry };
        }
        catch (JsonException)
        {
            return new ErrorReply(status, "", Plain(body), retryAfter, shouldRetry);
        }
    }

    /// <summary>An object of the shapes seen: {error:{message,code,type}}, {error:"…"}, {detail:…}, {message:…}.</summary>
    public static ErrorReply FromJson(JsonElement root, int? status)
    {
        if (root.ValueKind != JsonValueKind.Object)
        {
            return new ErrorReply(status, "", Plain(root.ToString()));
        }

        var error = root.TryGetProperty("error", out var inner) && inner.ValueKind != JsonValueKind.Null ? inner : root;
        if (error.ValueKind != JsonValueKind.Object)
        {
            return new ErrorReply(status, "", Plain(error.ToString()));
        }

        var message = Read(error, "message") ?? Read(root, "detail") ?? Read(root, "message") ?? root.GetRawText();
        var code = Read(error, "code") ?? Read(error, "type") ?? "";
        return new ErrorReply(status ?? StatusIn(code), code, Plain(message));
    }

    private static string? Read(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind is not (JsonValueKind.Null or JsonValueKind.Undefined)
            ? value.ToString()
            : null;

    private static int? StatusIn(string code) => int.TryParse(code, out var number) && number is >= 400 and < 600 ? number : null;

    private static string Plain(string text) => Spaces.Replace(Tags.Replace(text, " "), " ").Trim();

    [GeneratedRegex("<(style|script)[^>]*>.*?</\\1>|<[^<>]{0,500}>", RegexOptions.Singleline | RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Tags { get; }

    [GeneratedRegex(@"\s+", RegexOptions.None, 1000)]
    private static partial Regex Spaces { get; }
}
