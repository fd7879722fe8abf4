using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Muster.Agents.Tools;

namespace Muster.Node.Tools.House;

/// <summary>Reads and switches what Home Assistant knows of a house.</summary>
internal sealed partial class HomeAssistantTool(HomeAssistantOptions options, TimeProvider time) : Tool
{
    private const int MostLines = 300;

    // Each names what is acted on besides entity_id, and so would pass a rule that is about one entity.
    private static readonly string[] _targets = ["entity_id", "area_id", "device_id", "floor_id", "label_id", "target"];
    private static readonly JsonSerializerOptions _plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private readonly HomeAssistantApi _api = new(options, time);

    public override string Name => "home_assistant";

    public override string Description =>
        "The house by Home Assistant: states lists entities with their states (domain narrows it), get reads one, services lists what can be called, " +
        "call calls one, such as domain light, service turn_on, entity_id light.kitchen, data {\"brightness\": 120}. A call switches real things.";

    public override JsonElement Parameters { get; } = Arguments.Schema(
        """
        {"type": "object", "properties": {
          "action": {"type": "string", "enum": ["states", "get", "services", "call"]},
          "entity_id": {"type": "string", "description": "For get, and for call where it acts on an entity: one, such as light.kitchen."},
          "domain": {"type": "string", "description": "Such as light; for call required, else it narrows the list."},
          "service": {"type": "string", "description": "For call, such as turn_on."},
          "data": {"type": "object", "description": "For call: further values of the service."}
        }, "required": ["action"]}
        """);

    public override async Task<ToolResult> ExecuteAsync(ToolCall call, CancellationToken abort) => ToolResult.FromText(call.Required("action") switch
    {
        "states" => States(await _api.GetAsync("states", abort), Word(call, "domain")),
        "get" => Json(await _api.GetAsync("states/" + (Entity(call) ?? throw new ToolException("get needs \"entity_id\".")), abort)),
        "services" => Services(await _api.GetAsync("services", abort), Word(call, "domain")),
        "call" => await CallAsync(call, abort),
        var other => throw new ToolException($"home_assistant has no action \"{other}\": states, get, services, call."),
    });

    private async Task<string> CallAsync(ToolCall call, CancellationToken abort)
    {
        var domain = Word(call, "domain") ?? throw new ToolException("call needs \"domain\", such as light.");
        var service = Word(call, "service") ?? throw new ToolException("call needs \"service\", such as turn_on.");
        var body = Arguments.Find(call.Arguments, "data") is { ValueKind: JsonValueKind.Object } data ? JsonNode.Parse(data.GetRawText())!.AsObject() : [];
        if (_targets.FirstOrDefault(body.ContainsKey) is { } target)
        {
            throw new ToolException($"data cannot name \"{target}\": a call acts on the one entity of \"entity_id\".");
        }

        if (Entity(call) is { } entity)
        {
            body["entity_id"] = entity;
        }

        var changed = await _api.PostAsync($"services/{domain}/{service}", body, abort);
        return changed is JsonArray { Count: > 0 } states
            ? $"Done. Changed:\n{Lines(states.OfType<JsonObject>())}"
            : "Done. Home Assistant names no state that changed at once.";
    }

    private static string States(JsonNode? answer, string? domain)
    {
        var all = (answer as JsonArray ?? []).OfType<JsonObject>()
            .Where(state => domain is null || Text(state, "entity_id").StartsWith(domain + ".", StringComparison.Ordinal))
            .OrderBy(state => Text(state, "entity_id"), StringComparer.Ordinal);
        return Lines(all) is { Length: > 0 } lines ? lines : domain is null ? "Home Assistant has no entities." : $"Home Assistant has no entity of the domain {domain}.";
    }

    private static string Lines(IEnumerable<JsonObject> states)
    {
        var text = new StringBuilder();
        var count = 0;
        foreach (var state in states)
        {
            if (++count <= MostLines)
            {
                var attributes = state["attributes"] as JsonObject;
                var unit = attributes is null ? "" : Text(attributes, "unit_of_measurement");
                var name = attributes is null ? "" : Text(attributes, "friendly_name");
                text.Append(Text(state, "entity_id")).Append(": ").Append(Text(state, "state")).Append(unit.Length == 0 ? "" : " " + unit)
                    .Append(name.Length == 0 ? "" : $" ({name})").Append('\n');
            }
        }

        return count <= MostLines
            ? text.ToString().TrimEnd()
            : text.Append(CultureInfo.InvariantCulture, $"[... {count - MostLines} more; name a domain ...]").ToString();
    }

    private static string Services(JsonNode? answer, string? domain) => string.Join('\n', (answer as JsonArray ?? []).OfType<JsonObject>()
        .Where(entry => domain is null || Text(entry, "domain") == domain)
        .Select(entry => $"{Text(entry, "domain")}: {string.Join(", ", (entry["services"] as JsonObject ?? []).Select(service => service.Key))}"));

    private static string Json(JsonNode? answer) => answer?.ToJsonString(_plain) ?? "null";

    private static string Text(JsonObject from, string name) => from[name] is JsonValue value && value.TryGetValue<string>(out var text) ? text : "";

    private static string? Word(ToolCall call, string name) => call.Optional(name) is not { Length: > 0 } word ? null
        : Part().IsMatch(word) ? word : throw new ToolException($"\"{word}\" is no {name}: it has small letters, digits and _ only.");

    private static string? Entity(ToolCall call) => call.Optional("entity_id") is not { Length: > 0 } entity ? null
        : EntityId().IsMatch(entity) ? entity : throw new ToolException($"\"{entity}\" is no entity_id: one such as light.kitchen. Call once for each.");

    [GeneratedRegex(@"^[a-z0-9_]+\z", RegexOptions.None, 1000)]
    private static partial Regex Part();

    [GeneratedRegex(@"^[a-z0-9_]+\.[a-z0-9_]+\z", RegexOptions.None, 1000)]
    private static partial Regex EntityId();
}
