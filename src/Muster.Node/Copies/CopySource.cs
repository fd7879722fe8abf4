using Google.Protobuf;
using Muster.Agents.Tools;
using Muster.Node.Folders;
using Muster.Protocol.Transfers;
using Muster.Protocol.Wire;

namespace Muster.Node.Copies;

/// <summary>The machine that a file comes from: it brings the file to the hub.</summary>
/// <param name="moved">Told how many bytes of how many have gone.</param>
internal sealed class CopySource(CopyOrder order, CopyKit kit, Action<long, long> moved) : IProgress<long>
{
    private long _size;

    public async Task<CopyReport> RunAsync(CancellationToken cancel)
    {
        await kit.Rules.CheckAsync(order, order.Path, cancel);
        if (kit.Folder.Stat(order.Path) is { Kind: EntryKind.Directory })
        {
            throw new ToolException($"\"{order.Path}\" is a folder. Pack it first (tar czf folder.tgz folder), and copy that.");
        }

        await using var file = kit.Folder.OpenRead(order.Path);
        _size = file.Length;
        moved(0, _size);
        var mode = OperatingSystem.IsWindows() ? 0 : FilePlace.KnownMode | ((uint)File.GetUnixFileMode(file.SafeFileHandle) & 0b111_111_111);
        var stored = await new ResumableUpload(kit.Hub, kit.Hub.Address($"api/v1/node/copies/{order.CopyId}/artifacts"), UploadSource.Of(file), this).RunAsync(cancel);
        return new CopyReport
        {
            Bytes = (ulong)stored.Size, Size = (ulong)stored.Size, Sha256 = ByteString.CopyFrom(ContentHash.Parse(stored.Sha256).ToBytes()), Mode = mode,
        };
    }

    void IProgress<long>.Report(long value) => moved(value, _size);
}
