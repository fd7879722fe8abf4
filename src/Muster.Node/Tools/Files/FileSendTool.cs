using System.Text.Json;
using Muster.Agents.Tools;
using Muster.Node.Folders;

namespace Muster.Node.Tools.Files;

/// <summary>Brings a file of the working folder to the person, in the channel from which they wrote. Not repeated after a crash: they may have it.</summary>
public sealed class FileSendTool : Tool
{
    private readonly ConfinedFolder _folder;
    private readonly SentFiles _files;
    private readonly HubCalls _hub;
    private readonly long _most;

    internal FileSendTool(ConfinedFolder folder, SentFiles files, HubCalls hub, long most) => (_folder, _files, _hub, _most) = (folder, files, hub, most);

    public override string Name => "file_send";

    public override string Description => "Sends a file to the user, who gets it where they write to you: as a download, or an image that is shown. Folders are packed first.";

    public override JsonElement Parameters { get; } = Arguments.Schema("""
        {"type": "object", "properties": {
          "path": {"type": "string", "description": "The file, relative to the working folder."}
        }, "required": ["path"]}
        """);

    public override bool MayTakeLong => true;

    public override async Task<ToolResult> ExecuteAsync(ToolCall call, CancellationToken abort)
    {
        var path = call.Required("path");
        if (_folder.Stat(path) is { Kind: EntryKind.Directory })
        {
            throw new ToolException($"\"{path}\" is a folder. Pack it first (tar czf folder.tgz folder), and send that.");
        }

        await using var file = _folder.OpenRead(path);
        if (file.Length > _most)
        {
            throw new ToolException($"\"{path}\" has {FileText.Size(file.Length)}; {FileText.Size(_most)} is the most that is sent (tools.file_send.max_size). muster cp brings larger files.");
        }

        var name = Path.GetFileName(path.Replace('\\', '/').TrimEnd('/'));
        var stored = await _files.BringAsync(file, bytes => call.Update(ToolResult.FromText($"{FileText.Size(bytes)} of {FileText.Size(file.Length)}")), abort);
        await _hub("files.send", JsonSerializer.Serialize(new FileSent(name, stored.Sha256, call.Id), ToolJson.Plain.FileSent), abort);
        return ToolJson.Result(
            $"Sent {name} ({FileText.Size(stored.Size)}) to the user.", JsonSerializer.SerializeToElement(new FileDetails(path, stored.Size, Cut: false), ToolJson.Plain.FileDetails));
    }
}

internal sealed record FileSent(string Name, string Sha256, string Key);
