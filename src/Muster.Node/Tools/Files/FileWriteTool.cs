using System.Globalization;
using System.Text.Json;
using Muster.Agents.Tools;
using Muster.Node.Folders;

namespace Muster.Node.Tools.Files;

public sealed class FileWriteTool : Tool
{
    private readonly ConfinedFolder _folder;

    internal FileWriteTool(ConfinedFolder folder) => _folder = folder;

    public override string Name => "file_write";

    public override string Description =>
        "Writes a whole text file in the working folder, or adds to its end. Makes the folders it needs. To change parts of a file use file_edit.";

    public override JsonElement Parameters { get; } = Arguments.Schema("""
        {"type": "object", "properties": {
          "path": {"type": "string", "description": "Relative to the working folder."},
          "content": {"type": "string"},
          "append": {"type": "boolean", "description": "Add to the end instead of replacing the file.", "default": false}
        }, "required": ["path", "content"]}
        """);

    // Calls of one answer are for the file as those before it left it: their order, and what a person is shown of each, depend on it.
    public override ToolMode Mode => ToolMode.Sequential;

    public override Task<ToolResult> ExecuteAsync(ToolCall call, CancellationToken abort) => Task.Run(() => Write(call), abort);

    public override string? Preview(ToolCall call)
    {
        var path = call.Required("path");
        if (FileText.TryReadAll(_folder, path) is not { } old)
        {
            return null; // too large, or no text: what it would become is in the arguments
        }

        var content = call.Required("content");
        return UnifiedDiff.Between(path, old, call.Truth("append") ? old + content : content);
    }

    private ToolResult Write(ToolCall call)
    {
        var path = call.Required("path");
        var bytes = FileText.Utf8.GetBytes(call.Required("content"));
        if (call.Truth("append"))
        {
            _folder.Append(path, bytes);
        }
        else
        {
            _folder.Replace(path, bytes);
        }

        var text = string.Create(CultureInfo.InvariantCulture,
            $"{(call.Truth("append") ? "Added" : "Wrote")} {bytes.Length} bytes to {path}.");
        var details = new FileDetails(path, _folder.Stat(path)?.Size ?? bytes.Length, Cut: false);
        return ToolJson.Result(text, JsonSerializer.SerializeToElement(details, ToolJson.Plain.FileDetails));
    }
}
