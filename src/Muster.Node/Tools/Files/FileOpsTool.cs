using System.Text.Json;
using Muster.Agents.Tools;

namespace Muster.Node.Tools.Files;

/// <summary>The older single file tool: its <c>action</c> says which of today's is meant. Accepted, not offered.</summary>
public sealed class FileOpsTool : Tool
{
    private readonly Tool _read;
    private readonly Tool _list;
    private readonly Tool _search;
    private readonly Tool? _send;

    /// <param name="send">Null where there is nobody to send to.</param>
    internal FileOpsTool(Tool read, Tool list, Tool search, Tool? send = null)
    {
        (_read, _list, _search, _send) = (read, list, search, send);
        Parameters = Arguments.Schema($$"""
            {"type": "object", "properties": {
              "action": {"type": "string", "enum": ["read", "list", "search"{{(send is null ? "" : ", \"send\"")}}]},
              "path": {"type": "string", "default": "."},
              "query": {"type": "string", "description": "For search."},
              "max_bytes": {"type": "integer", "minimum": 1, "default": 8000}
            }, "required": ["action"]}
            """);
    }

    public override string Name => "file_ops";

    public override string Description => "Reads, lists, searches or sends files: use file_read, file_list, file_search and file_send instead.";

    public override JsonElement Parameters { get; }

    public override bool Listed => false;

    // Sending is not repeated after a crash; which action a call has is not known here.
    public override Replay Replay => _send is null ? Replay.Safe : Replay.Never;

    internal FileOpsTool With(Tool send) => new(_read, _list, _search, send);

    public override Task<ToolResult> ExecuteAsync(ToolCall call, CancellationToken abort)
    {
        var tool = call.Required("action") switch
        {
            "read" => _read,
            "list" => _list,
            "search" => _search,
            "send" when _send is not null => _send,
            var action => throw new ToolException($"file_ops has no action \"{action}\". It has {(_send is null ? "read, list and search" : "read, list, search and send")}."),
        };
        return tool.ExecuteAsync(call with { Name = tool.Name }, abort);
    }
}
