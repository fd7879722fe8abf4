using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Muster.Agents.Tools;

namespace Muster.Node.Tools.Web.Metaso;

/// <summary>An answer of the endpoint: plain JSON or an event stream, and an error by status, by JSON-RPC, by MCP, or as text of a good answer.</summary>
internal static class MetasoReply
{
    private const string Keys = "Check `tools.web.metaso_api_key` (METASO_API_KEY); keys are made at https://metaso.cn/search-api/api-keys.";

    /// <exception cref="ToolException">It is an error.</exception>
    public static string Text(HttpStatusCode status, string body)
    {
        RequireKey(status);
        var message = Message(body);
        if ((int)status is < 200 or > 299)
        {
            throw new ToolException(string.Create(CultureInfo.InvariantCulture, $"Metaso answers {(int)status}{Said(message?["error"] ?? message)}."));
        }

        if (message is null)
        {
            throw new ToolException("Metaso's answer is no JSON. Is `tools.web.metaso_url` its MCP endpoint?");
        }

        Require(message);
        if (message["error"] is { } refused)
        {
            throw new ToolException($"Metaso refused the call{Said(refused)}.");
        }

        var result = message["result"] as JsonObject ?? throw new ToolException("Metaso's answer has no result.");
        var text = string.Join('\n', (result["content"] as JsonArray ?? []).OfType<JsonObject>().Select(part => String(part["text"])).OfType<string>());
        if (result["error"] is { } failed)
        {
            throw new ToolException($"Metaso could not do it{Said(failed)}.");
        }

        if (result["isError"] is JsonValue flag && flag.TryGetValue(out bool isError) && isError)
        {
            Require(Parse(text));
            throw new ToolException($"Metaso could not do it: {Cut(text)}");
        }

        Require(Parse(text));
        return text;
    }

    /// <exception cref="ToolException">The key is not taken.</exception>
    public static void RequireKey(HttpStatusCode status)
    {
        if (status is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden)
        {
            throw new ToolException(string.Create(CultureInfo.InvariantCulture, $"Metaso does not take the key ({(int)status}). {Keys}"));
        }
    }

    /// <summary>The message itself, or the first answer among the events of a stream; null if there is none.</summary>
    public static JsonObject? Message(string body)
    {
        if (Parse(body) is { } plain)
        {
            return plain;
        }

        foreach (var item in body.ReplaceLineEndings("\n").Split("\n\n"))
        {
            var data = string.Join('\n', item.Split('\n').Where(line => line.StartsWith("data:", StringComparison.Ordinal)).Select(line => line[5..].TrimStart()));
            if (Parse(data) is { } message && (message.ContainsKey("result") || message.ContainsKey("error")))
            {
                return message;
            }
        }

        return null;
    }

    public static JsonObject? Parse(string text)
    {
        try
        {
            return text.AsSpan().TrimStart().StartsWith("{") ? JsonNode.Parse(text) as JsonObject : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public static string? String(JsonNode? node) => node is JsonValue value ? value.TryGetValue(out string? text) ? text : value.ToJsonString() : null;

    /// <summary>Errors of its REST interface, which come as good answers.</summary>
    private static void Require(JsonObject? answer)
    {
        var code = answer is null || answer.ContainsKey("webpages") ? null
            : answer["errCode"] ?? (answer.ContainsKey("errMsg") || answer.ContainsKey("message") || answer.ContainsKey("msg") ? answer["code"] : null);
        var number = String(code);
        if (number is null or "0" or "200" or "null")
        {
            return;
        }

        throw new ToolException(number switch
        {
            "2005" or "401" => $"Metaso does not take the key (error {number}). {Keys}",
            "4000" => $"Metaso found nothing that it can read there{Said(answer)}.",
            _ => $"Metaso answers with error {number}{Said(answer)}.",
        });
    }

    private static string Said(JsonNode? error) => error switch
    {
        JsonObject fields when (String(fields["message"]) ?? String(fields["errMsg"]) ?? String(fields["msg"])) is { Length: > 0 } message => $": {Cut(message)}",
        JsonValue value when String(value) is { Length: > 0 } text => $": {Cut(text)}",
        _ => "",
    };

    private static string Cut(string text) => text.Length <= 500 ? text.TrimEnd('.') : text[..500] + "…";
}
