using System.Text;
using System.Text.Json;

namespace Muster.Hub.Chat.Threads;

/// <summary>The message that a run is writing, put together from its deltas, for watchers who come in the middle.</summary>
internal sealed class OpenMessage
{
    /// <summary>Characters of one block; who comes in the middle of a longer one waits for its end.</summary>
    private const int Most = 4 * 1024 * 1024;

    private readonly SortedDictionary<int, Block> _blocks = [];
    private string? _messageId;
    private string _runId = "";

    public void Apply(ThreadEvent item)
    {
        switch (item.Name)
        {
            case "message_start":
                _messageId = item.MessageId;
                _blocks.Clear();
                break;
            case "message_update" when item.MessageId is not null:
                Update(item);
                break;
            case "message_end" or "agent_end":
                _messageId = null;
                _blocks.Clear();
                break;
        }
    }

    public ThreadEvent? Snapshot()
    {
        if (_messageId is null || _blocks.Count == 0 || _blocks.Values.Any(block => block.Broken))
        {
            return null;
        }

        var json = EventJson.Write(writer =>
        {
            writer.WriteString("run_id", _runId);
            writer.WriteString("message_id", _messageId);
            writer.WriteStartArray("blocks");
            foreach (var (index, block) in _blocks)
            {
                writer.WriteStartObject();
                writer.WriteNumber("index", index);
                writer.WriteString("kind", block.Kind);
                writer.WriteString("text", block.Text.ToString());
                if (block.Name is not null)
                {
                    writer.WriteString("name", block.Name);
                }

                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        });
        return new ThreadEvent(0, "message_snapshot", json, _messageId);
    }

    private void Update(ThreadEvent item)
    {
        var delta = JsonSerializer.Deserialize(item.Json, ChatJson.Default.DeltaData);
        if (delta is null)
        {
            return;
        }

        if (_messageId != item.MessageId)
        {
            _messageId = item.MessageId;
            _blocks.Clear();
        }

        _runId = delta.RunId;
        if (!_blocks.TryGetValue(delta.Index, out var block))
        {
            _blocks[delta.Index] = block = new Block(delta.Kind);
        }

        block.Name ??= delta.Name;
        block.Broken |= delta.Offset != block.Text.Length || delta.Offset + delta.Delta.Length > Most;
        if (block.Broken)
        {
            block.Text.Clear();
        }
        else
        {
            block.Text.Append(delta.Delta);
        }
    }

    private sealed class Block(string kind)
    {
        public string Kind { get; } = kind;

        public StringBuilder Text { get; } = new();

        public string? Name { get; set; }

        /// <summary>A delta was lost, or the text is too long: nothing of it is kept.</summary>
        public bool Broken { get; set; }
    }
}
