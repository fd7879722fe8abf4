using Muster.Agents.Tools;
using Muster.Node.Folders;
using Muster.Protocol.Transfers;
using Muster.Protocol.Wire;

namespace Muster.Node.Copies;

/// <summary>The machine that a file goes to: it fetches the file from the hub, and gives it its name when all of it is right.</summary>
/// <param name="moved">Told how many bytes of how many have come.</param>
internal sealed class CopyTarget(CopyOrder order, CopyKit kit, CopyParts parts, Action<long, long> moved) : IProgress<long>
{
    /// <summary>Where the file goes, if it may go there.</summary>
    /// <exception cref="ToolException">It may not, or something is there already.</exception>
    public async Task<string> ResolveAsync(CancellationToken cancel)
    {
        var path = Named();
        await kit.Rules.CheckAsync(order, path, cancel);
        return kit.Folder.Stat(path) switch
        {
            null => path,
            { Kind: EntryKind.Directory } => throw new ToolException($"\"{path}\" is a folder, not a file."),
            { Kind: not EntryKind.File } => throw new ToolException($"\"{path}\" is not a regular file."),
            _ when !order.Overwrite => throw ConfinedFolder.IsThere(path),
            var there => there.Path,
        };
    }

    public async Task<CopyReport> RunAsync(CancellationToken cancel)
    {
        var path = await ResolveAsync(cancel);
        var temporary = $".muster-{order.CopyId}.tmp";
        await parts.AddAsync(path, temporary, cancel);
        try
        {
            using var incoming = kit.Folder.Receive(new Incoming(path, temporary, order.Mode == 0 ? null : order.Mode, order.Overwrite));
            using var hash = new StreamHash();
            moved(0, (long)order.Size);
            var wanted = ContentHash.Of(order.Sha256.Span);
            var size = await new ResumableDownload(kit.Hub, kit.Hub.Address($"api/v1/node/copies/{order.CopyId}/artifacts/{wanted}"), wanted, (long)order.Size, this)
                .RunAsync(FileTransfer.Writer(incoming.Content, 0), hash, cancel);
            cancel.ThrowIfCancellationRequested();
            incoming.Keep();
            return new CopyReport { Bytes = (ulong)size, Size = (ulong)size, Path = path };
        }
        catch (IOException error) when (FileTransfer.IsDiskFull(error))
        {
            throw new ToolException($"\"{path}\" was not written: the disk is full. Free some space and try again.");
        }
        finally
        {
            await parts.ForgetAsync(temporary);
        }
    }

    void IProgress<long>.Report(long value) => moved(value, (long)order.Size);

    private string Named()
    {
        if (!EndsAsFolder(order.Path) && kit.Folder.Stat(order.Path) is not { Kind: EntryKind.Directory })
        {
            return order.Path;
        }

        // From another machine, where such a name may be an ordinary one.
        if (order.Name is "" or "." or ".." || order.Name.AsSpan().IndexOfAny(Path.GetInvalidFileNameChars()) >= 0)
        {
            throw new ToolException($"\"{order.Name}\" cannot be a file's name here: say what it is to be called.");
        }

        return order.Path.TrimEnd('/', Path.DirectorySeparatorChar) + "/" + order.Name;
    }

    private static bool EndsAsFolder(string path) => path.EndsWith('/') || path.EndsWith(Path.DirectorySeparatorChar);
}
