using Muster.Agents.Tools;
using System.Text.Json;
using Muster.Node.Tools;

namespace Muster.Node.Policy;

/// <summary>What a rule's pattern is compared with, for tools whose arguments as JSON would make patterns that nobody can write.</summary>
internal static class ToolSubject
{
    public static string Of(string tool, JsonElement arguments) => tool switch
    {
        "web" => Words(Text(arguments, "action"), Text(arguments, "action") == "fetch" ? Address(Text(arguments, "url")) : Text(arguments, "query")),
        "gpio" => Words(Text(arguments, "action"), Text(arguments, "chip"), Text(arguments, "line") is { Length: > 0 } line ? line : Text(arguments, "offset")),
        "home_assistant" => Words(
            Text(arguments, "action"), Text(arguments, "service") is { Length: > 0 } service ? $"{Text(arguments, "domain")}.{service}" : Text(arguments, "domain"), Text(arguments, "entity_id")),
        "mqtt" => Words(Text(arguments, "action"), Text(arguments, "topic")),
        Coding.CodingSessionTool.ToolName => Words(Text(arguments, "action"), Text(arguments, "project") is { Length: > 0 } project ? project : Text(arguments, "session")),
        "fleet" => Words(Text(arguments, "select") is { Length: > 0 } select ? select : "all", Text(arguments, "command") is { Length: > 0 } command ? command : Text(arguments, "request")),
        _ => PolicyRule.Subject(arguments),
    };

    private static string Words(params string[] words) => string.Join(' ', words.Where(word => word.Length > 0));

    /// <summary>As it is fetched: hosts in small letters, odd ways of writing numbers made plain.</summary>
    private static string Address(string url) => Uri.TryCreate(url.Trim(), UriKind.Absolute, out var address) ? address.AbsoluteUri : url;

    private static string Text(JsonElement arguments, string name) => Arguments.Find(arguments, name) switch
    {
        { ValueKind: JsonValueKind.String } text => text.GetString()!,
        { ValueKind: JsonValueKind.Number } number => number.GetRawText(),
        _ => "",
    };
}
