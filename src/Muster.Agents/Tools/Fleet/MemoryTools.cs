using System.Text.Json;

namespace Muster.Agents.Tools.Fleet;

/// <summary>Long-term notes live on the hub; these ask it.</summary>
public sealed class MemoryReadTool : Tool
{
    private readonly HubCalls _hub;

    public MemoryReadTool(HubCalls hub) => _hub = hub;

    public override string Name => "memory_read";

    public override string Description => "Finds notes that were remembered about the user and their machines. Without a query, the newest.";

    public override JsonElement Parameters { get; } = Arguments.Schema("""
        {"type": "object", "properties": {
          "query": {"type": "string", "description": "Words to look for.", "default": ""},
          "limit": {"type": "integer", "minimum": 1, "maximum": 100, "default": 20}
        }}
        """);

    public override Replay Replay => Replay.Safe;

    public override async Task<ToolResult> ExecuteAsync(ToolCall call, CancellationToken abort)
    {
        var query = new MemoryQuery(call.Optional("query") ?? "", call.Whole("limit", 20, 1, 100));
        return ToolResult.FromText(await _hub("memory.read", JsonSerializer.Serialize(query, FleetToolJson.Plain.MemoryQuery), abort));
    }
}

public sealed class MemoryWriteTool : Tool
{
    private const int LongestNote = 4_000;
    private readonly HubCalls _hub;

    public MemoryWriteTool(HubCalls hub) => _hub = hub;

    public override string Name => "memory_write";

    public override string Description => "Remembers a note for later conversations: one fact, in a sentence that stands alone. Never a password or key.";

    public override JsonElement Parameters { get; } = Arguments.Schema("""
        {"type": "object", "properties": {"text": {"type": "string"}}, "required": ["text"]}
        """);

    public override async Task<ToolResult> ExecuteAsync(ToolCall call, CancellationToken abort)
    {
        var text = call.Required("text").Trim();
        if (text.Length is 0 or > LongestNote)
        {
            throw new ToolException($"A note has between 1 and {LongestNote} characters; this one has {text.Length}.");
        }

        // The key lets the hub keep one note if the answer is lost and the call repeated.
        var note = new MemoryNote(text, call.Id);
        return ToolResult.FromText(await _hub("memory.write", JsonSerializer.Serialize(note, FleetToolJson.Plain.MemoryNote), abort));
    }
}
