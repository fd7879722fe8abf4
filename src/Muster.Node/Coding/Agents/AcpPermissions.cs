using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Muster.Node.Coding.Agents;

/// <summary>The tool calls of one turn, and the questions whether they may be made.</summary>
internal sealed class AcpPermissions(CodingTurn turn)
{
    private const int MostCalls = 10_000;
    private readonly ConcurrentDictionary<string, JsonObject> _calls = new(StringComparer.Ordinal);
    private volatile bool _cancelled;

    /// <summary>The protocol wants every open question answered so, once the turn was cancelled.</summary>
    public void Cancel() => _cancelled = true;

    /// <summary>Remembers what is told of a call; the same call may be told of again with only what changed.</summary>
    /// <returns>Whether it is a new one.</returns>
    public bool Note(JsonElement update)
    {
        var id = update.Text("toolCallId");
        var isNew = !_calls.ContainsKey(id);
        if (!isNew || _calls.Count < MostCalls)
        {
            _calls[id] = Merged(id, update);
        }

        return isNew;
    }

    public async Task<JsonObject> AnswerAsync(JsonElement given, CancellationToken stop)
    {
        var told = given.Part("toolCall") ?? default;
        var call = JsonElement.Parse(Merged(told.Text("toolCallId"), told).ToJsonString());
        string? refusal = null;
        foreach (var request in Requests(call))
        {
            refusal ??= await turn.Watch.PermitAsync(request, stop);
        }

        return Outcome(given, refusal is null);
    }

    /// <summary>Chooses among the agent's options.</summary>
    public JsonObject Outcome(JsonElement given, bool allowed)
    {
        string[] kinds = allowed ? ["allow_once", "allow_always"] : ["reject_once", "reject_always"];
        var option = kinds.Select(kind => given.Items("options").FirstOrDefault(option => option.Text("kind") == kind)).FirstOrDefault(option => option.ValueKind == JsonValueKind.Object);
        return new JsonObject
        {
            ["outcome"] = _cancelled || option.ValueKind != JsonValueKind.Object
                ? new JsonObject { ["outcome"] = "cancelled" }
                : new JsonObject { ["outcome"] = "selected", ["optionId"] = option.Text("optionId") },
        };
    }

    /// <summary>What a call comes to on this machine; one for each file that it changes.</summary>
    private static IEnumerable<CodingRequest> Requests(JsonElement call)
    {
        var (id, input) = (call.Text("toolCallId"), call.Part("rawInput") ?? default);
        var diffs = call.Items("content").Where(content => content.Text("type") == "diff").ToList();
        var places = call.Items("locations").Select(location => location.Text("path")).Where(path => path.Length > 0).ToList();
        var command = Command(input);
        var requests = call.Text("kind") switch
        {
            _ when diffs.Count > 0 => diffs.Select((diff, index) => ClaudeTools.Change($"{id}.{index}", "file_edit", diff.Text("path"), diff.Text("oldText"), diff.Text("newText"))),
            "execute" => [new CodingRequest(id, "shell", new JsonObject { ["command"] = command.Length > 0 ? command : call.Text("title") })],
            "read" => Each("file_read"),
            "search" => Each("file_search"),
            "edit" or "delete" or "move" => Each("file_edit"),
            "fetch" => [new CodingRequest(id, "web", new JsonObject { ["action"] = "fetch", ["url"] = input.Text("url") })],
            "think" => [],
            _ => [new CodingRequest(id, "agent:" + call.Text("title"), Heard.Copy(input) ?? [])],
        };
        // Whatever the agent calls it, a command is one.
        return command.Length == 0 || call.Text("kind") == "execute" ? requests : requests.Append(new CodingRequest($"{id}.command", "shell", new JsonObject { ["command"] = command }));

        IEnumerable<CodingRequest> Each(string tool) => places.DefaultIfEmpty(input.Text("path") is { Length: > 0 } path ? path : input.Text("file_path"))
            .Select((place, index) => ClaudeTools.Path($"{id}.{index}", tool, place));
    }

    private static string Command(JsonElement input) => input.Part("command") is { ValueKind: JsonValueKind.Array } words
        ? string.Join(' ', words.EnumerateArray().Select(word => Quoted(word.ToString())))
        : input.Text("command");

    private static string Quoted(string word) => word.Length > 0 && word.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '-' or '.' or '/' or '=')
        ? word
        : $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    private JsonObject Merged(string id, JsonElement update)
    {
        var merged = _calls.TryGetValue(id, out var known) ? known.DeepClone().AsObject() : [];
        foreach (var part in update.ValueKind == JsonValueKind.Object ? update.EnumerateObject() : default)
        {
            if (part.Value.ValueKind != JsonValueKind.Null)
            {
                merged[part.Name] = JsonNode.Parse(part.Value.GetRawText());
            }
        }

        return merged;
    }
}
