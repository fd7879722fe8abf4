using System.Text.Json;
using Muster.Agents.Tools;

namespace Muster.Node.Tools.Files;

/// <summary>The older single file tool: its <c>action</c> says which of today's is meant. Accepted, not offered.</summary>
public sealed class FileOpsTool : Tool
{
    private readonly Tool _read;
    private readonly Tool _list;
    private readonly Tool _search;

    internal FileOpsTool(FileReadTool read, FileListTool list, FileSearchTool search) => (_read, _list, _search) = (read, list, search);

    public override string Name => "file_ops";

    public override string Description => "Reads, lists or searches files: use file_read, file_list and file_search instead.";

    public override JsonElement Parameters { get; } = Arguments.Schema("""
        {"type": "object", "properties": {
          "action": {"type": "string", "enum": ["read", "list", "search"]},
          "path": {"type": "string", "default": "."},
          "query": {"type": "string", "description": "For search."},
          "max_bytes": {"type": "integer", "minimum": 1, "default": 8000}
        }, "required": ["action"]}
        """);

    public override bool Listed => false;

    public override Replay Replay => Replay.Safe;

    public override Task<ToolResult> ExecuteAsync(ToolCall call, CancellationToken abort)
    {
        var tool = call.Required("action") switch
        {
            "read" => _read,
            "list" => _list,
            "search" => _search,
            var action => throw new ToolException($"file_ops has no action \"{action}\". It has read, list and search."),
        };
        return tool.ExecuteAsync(call with { Name = tool.Name }, abort);
    }
}
