using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Muster.Agents.Tools;
using Muster.Node.Folders;

namespace Muster.Node.Tools.Files;

public sealed class FileEditTool : Tool
{
    private const int MostBytes = 10 * 1024 * 1024;
    private readonly ConfinedFolder _folder;

    internal FileEditTool(ConfinedFolder folder) => _folder = folder;

    public override string Name => "file_edit";

    public override string Description =>
        "Replaces exact pieces of a text file. Each old_text must be in the file once (or set replace_all); all are matched with the file as it is now.";

    public override JsonElement Parameters { get; } = Arguments.Schema("""
        {"type": "object", "properties": {
          "path": {"type": "string", "description": "Relative to the working folder."},
          "edits": {"type": "array", "items": {"type": "object", "properties": {
            "old_text": {"type": "string", "description": "Exactly as in the file, with enough around it to be unique."},
            "new_text": {"type": "string"},
            "replace_all": {"type": "boolean", "default": false}
          }, "required": ["old_text", "new_text"]}}
        }, "required": ["path", "edits"]}
        """);

    // Two calls that edit one file at once would lose one of the edits.
    public override ToolMode Mode => ToolMode.Sequential;

    /// <summary>Takes <c>{path, old_text, new_text, replace_all}</c> and edits that are a string of JSON.</summary>
    public override JsonElement PrepareArguments(string calledAs, JsonElement arguments)
    {
        if (Arguments.Find(arguments, "edits") is { ValueKind: JsonValueKind.Array } || arguments.ValueKind != JsonValueKind.Object)
        {
            return arguments;
        }

        var given = JsonObject.Create(arguments)!;
        if (given["edits"] is JsonValue text && text.TryGetValue<string>(out var json))
        {
            given["edits"] = Parse(json) ?? given["edits"]?.DeepClone();
        }
        else if (given.ContainsKey("old_text"))
        {
            var edit = new JsonObject();
            foreach (var name in new[] { "old_text", "new_text", "replace_all" })
            {
                if (given.Remove(name, out var value))
                {
                    edit[name] = value;
                }
            }

            given["edits"] = new JsonArray(edit);
        }

        using var document = JsonDocument.Parse(given.ToJsonString());
        return document.RootElement.Clone();
    }

    public override Task<ToolResult> ExecuteAsync(ToolCall call, CancellationToken abort) => Task.Run(() => Edit(call), abort);

    public override string Preview(ToolCall call)
    {
        var (path, _, _, changes) = Changes(call);
        return UnifiedDiff.Of(path, changes.Plain, changes.Changes);
    }

    private (string Path, byte[] Bytes, int Mark, TextEdits Edits) Changes(ToolCall call)
    {
        var path = call.Required("path");
        var edits = Edits(PrepareArguments(call.Name, call.Arguments));
        var bytes = ReadAll(path);
        var mark = bytes.AsSpan().StartsWith(FileText.ByteOrderMark) ? FileText.ByteOrderMark.Length : 0;
        return (path, bytes, mark, new TextEdits(Decode(path, bytes.AsSpan(mark)), edits));
    }

    private ToolResult Edit(ToolCall call)
    {
        var (path, bytes, mark, changes) = Changes(call);
        _folder.Replace(path, [.. bytes.AsSpan(0, mark), .. FileText.Utf8.GetBytes(changes.Apply())]);

        var firstLine = UnifiedDiff.LineOf(changes.Plain, changes.Changes[0].Start);
        var details = new EditDetails(UnifiedDiff.Of(path, changes.Plain, changes.Changes), changes.Changes.Count, firstLine);
        return ToolJson.Result(
            string.Create(CultureInfo.InvariantCulture, $"Replaced {changes.Changes.Count} piece(s) of {path}, the first in line {firstLine}."),
            JsonSerializer.SerializeToElement(details, ToolJson.Plain.EditDetails));
    }

    private byte[] ReadAll(string path)
    {
        using var stream = _folder.OpenRead(path);
        if (stream.Length > MostBytes)
        {
            throw new ToolException($"\"{path}\" has {FileText.Size(stream.Length)}; file_edit takes {FileText.Size(MostBytes)} at most. Use a command such as sed.");
        }

        using var memory = new MemoryStream();
        stream.CopyTo(memory);
        return memory.ToArray();
    }

    private static string Decode(string path, ReadOnlySpan<byte> bytes)
    {
        try
        {
            return FileText.StrictUtf8.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            throw new ToolException($"\"{path}\" is not UTF-8 text and would be damaged. Convert it first (iconv), or use a command.");
        }
    }

    private static List<TextEdit> Edits(JsonElement arguments)
    {
        var edits = Arguments.Find(arguments, "edits") is { ValueKind: JsonValueKind.Array } list
            ? list.EnumerateArray().Select(edit => new TextEdit(Text(edit, "old_text"), Text(edit, "new_text"),
                Arguments.Find(edit, "replace_all") is { ValueKind: JsonValueKind.True })).ToList()
            : [];
        return edits.Count > 0 ? edits : throw new ToolException("file_edit needs \"edits\": a list of {old_text, new_text}.");
    }

    private static string Text(JsonElement edit, string name) =>
        Arguments.Find(edit, name) is { ValueKind: JsonValueKind.String } value
            ? value.GetString()!
            : throw new ToolException($"Each edit needs \"{name}\".");

    private static JsonNode? Parse(string json)
    {
        try
        {
            return JsonNode.Parse(json) as JsonArray;
        }
        catch (JsonException)
        {
            // It stays as it is, and validation says what is wrong with it.
            return null;
        }
    }
}
