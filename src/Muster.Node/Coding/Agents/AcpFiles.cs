using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Muster.Node.Folders;

namespace Muster.Node.Coding.Agents;

/// <summary>Files that an agent has this machine read and write: of its project alone, whatever path it names.</summary>
internal static class AcpFiles
{
    private const int LongestFile = 10 * 1024 * 1024;

    public static async Task<JsonObject> ReadAsync(CodingTurn turn, JsonElement given, CancellationToken stop)
    {
        var path = given.Text("path");
        await PermitAsync(turn, ClaudeTools.Path($"read {path}", "file_read", path), stop);
        var text = Read(turn.Files, path);
        if (Number(given, "line") is { } line || Number(given, "limit") is not null)
        {
            line = Math.Max(1, Number(given, "line") ?? 1);
            text = string.Join('\n', text.Split('\n').Skip(line - 1).Take(Number(given, "limit") ?? int.MaxValue));
        }

        return new JsonObject { ["content"] = text };
    }

    public static async Task<JsonObject> WriteAsync(CodingTurn turn, JsonElement given, CancellationToken stop)
    {
        var (path, content) = (given.Text("path"), given.Text("content"));
        var before = turn.Files.Stat(path) is { Kind: EntryKind.File } ? Read(turn.Files, path) : "";
        await PermitAsync(turn, ClaudeTools.Change($"write {path} {content.Length}", "file_write", path, before, content), stop);
        turn.Files.Replace(path, Encoding.UTF8.GetBytes(content));
        return [];
    }

    private static async Task PermitAsync(CodingTurn turn, CodingRequest request, CancellationToken stop)
    {
        if (await turn.Watch.PermitAsync(request, stop) is { } refusal)
        {
            throw new AcpException(AcpException.Internal, refusal);
        }
    }

    private static string Read(ConfinedFolder files, string path)
    {
        using var stream = files.OpenRead(path);
        if (stream.Length > LongestFile)
        {
            throw new AcpException(AcpException.Internal, $"\"{path}\" has more than {LongestFile >> 20} MiB.");
        }

        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd();
    }

    private static int? Number(JsonElement given, string name) =>
        given.Part(name) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt32(out var number) ? number : null;
}
