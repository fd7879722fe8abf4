using System.Text.Json;
using System.Text.Json.Serialization;
using Muster.Hub.Routing;
using Muster.Tests.Tidy;

namespace Muster.Tests.Hub.Routing;

/// <summary>One of the 200 messages of <c>tests/data/routing.jsonl</c>, labelled by hand.</summary>
/// <param name="Right">A machine; ask: nothing says which; none: it is addressed to no machine there is.</param>
internal sealed record LabelledMessage(string Fleet, string Text, string Right)
{
    /// <summary>What the scripted model answers, where that is not what is right; null: it calls no tool.</summary>
    public string? Says { get; private init; } = Right;

    public static IReadOnlyList<LabelledMessage> All { get; } = [.. File.ReadLines(Path.Combine(SourceTree.Root, "tests/data/routing.jsonl")).Select(Read)];

    private static readonly Dictionary<string, LabelledFleet> _fleets = JsonSerializer.Deserialize(
        File.ReadAllText(Path.Combine(SourceTree.Root, "tests/data/routing-fleets.json")), LabelledJson.Default.DictionaryStringLabelledFleet)!;

    public RouteRequest Request()
    {
        var fleet = _fleets[Fleet];
        var machines = fleet.Machines.Select(machine => new Machine(Id(machine.Name), machine.Name, machine.Online)
        {
            Sessions = machine.Sessions, Capabilities = machine.Capabilities, WorkingDir = machine.Folder,
        });
        return new RouteRequest(Text, [.. machines], fleet.Active is null ? null : Id(fleet.Active), RouteTexts.IsChinese(Text, "en"));
    }

    public static string Label(RouteDecision decision) => decision switch
    {
        RouteDecision.Go go => go.Machine.Name,
        RouteDecision.Offline offline => offline.Machine.Name,
        RouteDecision.Ask => "ask",
        _ => "none",
    };

    private static string Id(string name) => "nod_" + name;

    private static LabelledMessage Read(string line)
    {
        var json = JsonElement.Parse(line);
        var message = new LabelledMessage(json.GetProperty("fleet").GetString()!, json.GetProperty("text").GetString()!, json.GetProperty("right").GetString()!);
        return json.TryGetProperty("says", out var says) ? message with { Says = says.GetString() } : message;
    }
}

internal sealed record LabelledFleet(string? Active, IReadOnlyList<LabelledMachine> Machines);

internal sealed record LabelledMachine(string Name, IReadOnlyList<string> Capabilities, IReadOnlyList<string> Sessions, string Folder, bool Online = true);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(Dictionary<string, LabelledFleet>))]
internal sealed partial class LabelledJson : JsonSerializerContext;
