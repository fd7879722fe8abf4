using System.Text.Json;
using System.Text.Json.Nodes;
using Muster.Agents.Tools;

namespace Muster.Node.Background;

/// <summary>A prompt for a coding session that goes to the background is held as the same prompt in the foreground would be.</summary>
internal static class BackgroundPrompt
{
    public const string Tool = "run_background";

    /// <returns>Null: there is none.</returns>
    public static string? Of(JsonElement arguments) => Text(arguments, "prompt");

    public static bool Is(string tool, JsonElement arguments) => tool == Tool && Text(arguments, "command") is null && Of(arguments) is not null;

    /// <summary>The calls that it may come to: the session is used where it is there, and opened where it is not.</summary>
    public static IReadOnlyList<JsonElement> Meant(JsonElement arguments) =>
    [
        Call("send", "session", arguments),
        .. Text(arguments, "session") is null ? (IEnumerable<JsonElement>)[] : [Call("new", "project", arguments)],
    ];

    private static JsonElement Call(string action, string named, JsonElement arguments) => JsonSerializer.SerializeToElement(
        new JsonObject { ["action"] = action, [named] = Text(arguments, "session") ?? "", ["prompt"] = Of(arguments), ["agent"] = Text(arguments, "agent") ?? "" });

    private static string? Text(JsonElement arguments, string name) =>
        Arguments.Find(arguments, name) is { ValueKind: JsonValueKind.String } text && text.GetString()!.Trim().Length > 0 ? text.GetString() : null;
}
