using System.Text.Json;
using System.Text.Json.Nodes;
using Muster.Agents.Tools;

namespace Muster.Node.Skills;

/// <summary>One function of a skill file, as a tool.</summary>
internal sealed class PythonSkillTool(ScriptRunner runner, ScriptFile file, ScriptFunction function, TimeSpan most) : Tool
{
    public override string Name => function.Name;

    public override string Description => function.Description;

    public override JsonElement Parameters { get; } = Schema(function.Properties);

    /// <summary>The skill that a task's list of skills may name in place of the function.</summary>
    public string Skill => file.Name;

    public override async Task<ToolResult> ExecuteAsync(ToolCall call, CancellationToken abort)
    {
        var request = new ScriptRequest("call", file.Name, file.Path, file.Source, function.Name, function.Registered, Known(call.Arguments));
        return ToolResult.FromText((await runner.RunAsync(request, most, abort)).Text ?? "");
    }

    /// <summary>A function is called with what it declares, and nothing a model makes up besides.</summary>
    private JsonElement Known(JsonElement arguments)
    {
        var known = new JsonObject();
        foreach (var property in function.Properties.EnumerateObject())
        {
            if (Arguments.Find(arguments, property.Name) is { } value)
            {
                known[property.Name] = JsonNode.Parse(value.GetRawText());
            }
        }

        return Arguments.Schema(known.ToJsonString());
    }

    private static JsonElement Schema(JsonElement properties)
    {
        var schema = new JsonObject
        {
            ["type"] = "object",
            ["properties"] = JsonNode.Parse(properties.GetRawText()),
            ["required"] = new JsonArray([.. properties.EnumerateObject().Select(property => JsonValue.Create(property.Name))]),
        };
        return Arguments.Schema(schema.ToJsonString());
    }
}
