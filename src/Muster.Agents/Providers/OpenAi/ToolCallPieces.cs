using System.Text;
using System.Text.Json;
using Muster.Agents.Models;

namespace Muster.Agents.Providers.OpenAi;

/// <summary>
/// Puts streamed tool calls together. The rule is "by index"; the rest is for servers that leave the index out, give every
/// call the same one, repeat or invent ids, or send arguments as an object.
/// </summary>
internal sealed class ToolCallPieces(AssistantDraft draft)
{
    private readonly List<Call> _calls = [];

    public bool Any => _calls.Count > 0;

    public IEnumerable<ModelEvent> Apply(JsonElement piece)
    {
        var id = Chunk.Text(piece, "id");
        var function = piece.TryGetProperty("function", out var inner) && inner.ValueKind == JsonValueKind.Object ? inner : piece;
        var name = Chunk.Text(function, "name");
        var call = Find(piece, id, name);
        call.Id ??= id;
        call.Name ??= name;
        var arguments = Arguments(function);
        call.Arguments.Append(arguments);
        if (call.Block is { } block)
        {
            if (arguments.Length > 0)
            {
                yield return draft.Append(block, arguments);
            }
        }
        else if (call.Name is not null)
        {
            foreach (var opened in Open(call))
            {
                yield return opened;
            }
        }
    }

    public IEnumerable<ModelEvent> Finish()
    {
        foreach (var call in _calls)
        {
            foreach (var opened in call.Block is null ? Open(call) : [])
            {
                yield return opened;
            }

            yield return draft.Close(call.Block!.Value);
        }
    }

    private IEnumerable<ModelEvent> Open(Call call)
    {
        var opened = (ModelEvent.BlockStarted)draft.Open(BlockKind.ToolCall, UniqueId(call), call.Name);
        call.Block = opened.Index;
        yield return opened;
        if (call.Arguments.Length > 0)
        {
            yield return draft.Append(opened.Index, call.Arguments.ToString());
        }
    }

    private string UniqueId(Call call)
    {
        var taken = _calls.Any(other => other != call && other.Block is not null && other.FinalId == call.Id);
        call.FinalId = call.Id is null || taken ? $"call_{draft.Id}_{_calls.IndexOf(call)}" : call.Id;
        return call.FinalId;
    }

    private Call Find(JsonElement piece, string? id, string? name)
    {
        int? index = piece.TryGetProperty("index", out var number) && number.ValueKind == JsonValueKind.Number && number.TryGetInt32(out var value) ? value : null;
        var known = index is not null ? _calls.LastOrDefault(call => call.Index == index)
            : id is not null ? _calls.LastOrDefault(call => call.Id == id)
            : _calls.LastOrDefault();
        if (known is not null && !StartsAnother(known, id, name, index is not null))
        {
            return known;
        }

        var added = new Call { Index = index };
        _calls.Add(added);
        return added;
    }

    private static bool StartsAnother(Call known, string? id, string? name, bool indexed)
    {
        if (name is null || known.Name is null)
        {
            return false;
        }

        return id is not null
            ? known.Id is not null && known.Id != id
            : !indexed && (known.Name != name || IsComplete(known.Arguments.ToString()));
    }

    private static bool IsComplete(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static string Arguments(JsonElement function) =>
        !function.TryGetProperty("arguments", out var arguments) ? ""
        : arguments.ValueKind switch
        {
            JsonValueKind.String => Chunk.String(arguments),
            JsonValueKind.Object => arguments.GetRawText(),
            _ => "",
        };

    private sealed class Call
    {
        public int? Index { get; init; }
        public string? Id { get; set; }
        public string? FinalId { get; set; }
        public string? Name { get; set; }
        public StringBuilder Arguments { get; } = new();
        public int? Block { get; set; }
    }
}
