using System.Text;
using System.Text.Json;
using Muster.Agents.Messages;

namespace Muster.Agents.Models;

/// <summary>
/// An answer while it is written: the helper that every <see cref="ModelStream"/> builds its events with.
/// Not thread safe; one stream, one draft.
/// </summary>
public sealed class AssistantDraft(string id, string model, DateTimeOffset at)
{
    private readonly List<Block> _blocks = [];

    public string Id { get; } = id;
    public string Model { get; } = model;
    public DateTimeOffset At { get; } = at;
    public Usage Usage { get; set; } = Usage.None;

    public ModelEvent Start() => new ModelEvent.Started(this);

    /// <param name="callId">The provider's call id, for tool calls.</param>
    public ModelEvent Open(BlockKind kind, string? callId = null, string? name = null)
    {
        _blocks.Add(new Block(kind, callId ?? "", name ?? ""));
        return new ModelEvent.BlockStarted(this, kind, _blocks.Count - 1);
    }

    public ModelEvent Append(int index, string delta)
    {
        var block = _blocks[index];
        var offset = block.Text.Length;
        var whole = block.Characters.Take(delta);
        block.Text.Append(whole);
        return new ModelEvent.BlockDelta(this, block.Kind, index, offset, whole);
    }

    /// <summary>Nothing was said, thought or called.</summary>
    public bool IsEmpty => _blocks.Count == 0;

    public ModelEvent Close(int index, string? signature = null)
    {
        var block = _blocks[index];
        block.Signature = signature;
        block.Closed = true;
        return new ModelEvent.BlockEnded(this, block.Kind, index, block.ToContent());
    }

    /// <summary>Indexes of blocks that were opened and not closed, in order.</summary>
    public IEnumerable<int> OpenBlocks => Enumerable.Range(0, _blocks.Count).Where(index => !_blocks[index].Closed);

    public ModelEvent Finish(StopReason reason) => new ModelEvent.Done(this, Snapshot(reason));

    public ModelEvent Fail(string error, ModelFailure failure) =>
        new ModelEvent.Failed(this, Snapshot(StopReason.Error) with { ErrorMessage = error, Failure = failure });

    public ModelEvent Abort() =>
        new ModelEvent.Failed(this, Snapshot(StopReason.Aborted) with { ErrorMessage = "Stopped." });

    public AssistantMessage Snapshot(StopReason reason = StopReason.Stop) => new()
    {
        Id = Id,
        At = At,
        Model = Model,
        StopReason = reason,
        Usage = Usage,
        Content = [.. _blocks.Select(block => block.ToContent())],
    };

    private sealed class Block(BlockKind kind, string callId, string name)
    {
        public BlockKind Kind { get; } = kind;
        public StringBuilder Text { get; } = new();
        public WholeCharacters Characters { get; } = new();
        public string? Signature { get; set; }
        public bool Closed { get; set; }

        public ContentBlock ToContent() => Kind switch
        {
            BlockKind.Text => new TextBlock(Text + Characters.Rest),
            BlockKind.Thinking => new ThinkingBlock(Text + Characters.Rest, Signature),
            _ => new ToolCallBlock(callId, name, ParseArguments(Text + Characters.Rest)),
        };

        /// <summary>Empty means no arguments; text that is no JSON is kept as a string, so that validation reports it.</summary>
        private static JsonElement ParseArguments(string json)
        {
            if (string.IsNullOrWhiteSpace(json))
            {
                return JsonDocument.Parse("{}").RootElement;
            }

            try
            {
                return JsonDocument.Parse(json).RootElement;
            }
            catch (JsonException)
            {
                return JsonSerializer.SerializeToElement(json, AgentJson.Default.String);
            }
        }
    }
}
