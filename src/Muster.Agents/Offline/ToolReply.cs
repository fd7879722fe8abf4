using System.Text.Json;
using System.Text.Json.Nodes;

namespace Muster.Agents.Offline;

/// <summary>A tool's result, to be put into the language of the question.</summary>
internal sealed record ToolReply(string Text, OfflinePlan Plan, bool IsChinese)
{
    public string Say(string english, string chinese) => IsChinese ? chinese : english;

    public string Argument(string name) => Plan.Arguments[name]?.ToString() ?? "";

    /// <summary>A part of the question; empty if it was not there.</summary>
    public string Asked(string group) => Plan.Match.Groups[group].Value.Trim();

    /// <summary>The result as JSON; null if it is none.</summary>
    public JsonElement? Json
    {
        get
        {
            try
            {
                return JsonElement.Parse(Text);
            }
            catch (JsonException)
            {
                return null;
            }
        }
    }

    /// <summary>One part of a JSON object; null if it is not there.</summary>
    public JsonElement? Part(string name) =>
        Json is { ValueKind: JsonValueKind.Object } json && json.TryGetProperty(name, out var part) ? part : null;
}
