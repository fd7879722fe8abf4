using System.Globalization;
using System.Text.Json;
using Muster.Agents.Tools;
using Muster.Node.Folders;

namespace Muster.Node.Tools.Files;

public sealed class FileReadTool : Tool
{
    private const int MostBytes = 40_000;
    private readonly ConfinedFolder _folder;

    internal FileReadTool(ConfinedFolder folder) => _folder = folder;

    public override string Name => "file_read";

    public override string Description =>
        "Reads a text file of the working folder: from its start, a range of lines, or the last lines (tail).";

    public override JsonElement Parameters { get; } = Arguments.Schema($$"""
        {"type": "object", "properties": {
          "path": {"type": "string", "description": "Relative to the working folder."},
          "max_bytes": {"type": "integer", "description": "At most {{MostBytes}}.", "minimum": 1, "default": 8000},
          "start_line": {"type": "integer", "description": "First line, from 1.", "minimum": 1},
          "end_line": {"type": "integer", "description": "Last line.", "minimum": 1},
          "tail": {"type": "integer", "description": "Only the last lines, this many.", "minimum": 1}
        }, "required": ["path"]}
        """);

    public override Replay Replay => Replay.Safe;

    public override Task<ToolResult> ExecuteAsync(ToolCall call, CancellationToken abort) => Task.Run(() => Read(call, abort), abort);

    private ToolResult Read(ToolCall call, CancellationToken abort)
    {
        var path = call.Required("path");
        var most = call.Whole("max_bytes", 8000, 1, MostBytes);
        var first = call.Whole("start_line", 1, 1, int.MaxValue);
        var last = call.Whole("end_line", int.MaxValue, 1, int.MaxValue);
        var tail = call.Whole("tail", 0, 0, int.MaxValue);
        if (last < first)
        {
            throw new ToolException($"end_line ({last}) is before start_line ({first}).");
        }

        using var stream = _folder.OpenRead(path);
        if (FileText.IsBinary(stream))
        {
            throw new ToolException($"\"{path}\" is not text but {FileText.Size(stream.Length)} of binary data.");
        }

        var slice = tail > 0 ? FileSlice.Tail(stream, tail, most, abort) : FileSlice.Lines(stream, first, last, most, abort);
        if (slice.Bytes.Length == 0 && first > 1 && tail == 0)
        {
            var lines = slice.NextLine - 1;
            throw new ToolException($"\"{path}\" has {lines} {(lines == 1 ? "line" : "lines")}; start_line is {first}.");
        }

        var text = FileText.Decode(slice.Bytes) + Rest(slice, path, stream.Length, first, most, tail);
        var details = new FileDetails(path, stream.Length, slice.Cut);
        return ToolJson.Result(text, JsonSerializer.SerializeToElement(details, ToolJson.Plain.FileDetails));
    }

    private static string Rest(FileSlice slice, string path, long length, int first, int most, int tail)
    {
        if (!slice.Cut)
        {
            return "";
        }

        if (tail > 0)
        {
            return string.Create(CultureInfo.InvariantCulture, $"\n[The beginning was left out: the file has {length} bytes.]");
        }

        if (slice.NextLine > first)
        {
            return string.Create(CultureInfo.InvariantCulture,
                $"\n[Cut here: the file has {length} bytes. Go on with start_line={slice.NextLine}, or a larger max_bytes.]");
        }

        var larger = most < MostBytes ? ", or a larger max_bytes" : "";
        return string.Create(CultureInfo.InvariantCulture,
            $"\n[Cut here: line {first} is longer than the {most} bytes that fit. Go on with a command: `sed -n {first}p \"{path}\" | cut -c {most + 1}-{2 * most}`{larger}.]");
    }
}
