using Muster.Hub.Artifacts;
using Muster.Hub.Artifacts.Uploads;
using Muster.Protocol.Transfers;
using Muster.Storage;

namespace Muster.Hub.Copies;

/// <summary>What the hub keeps of a copy's content while it goes on.</summary>
internal sealed class CopyFiles(Database database, UploadDesk uploads, ArtifactOptions options, TimeProvider time)
{
    /// <summary>The content of a copy. A machine that names what it did not bring gets nothing by it.</summary>
    /// <returns>Its size.</returns>
    public async Task<long> SizeAsync(Copy copy, ContentHash hash, CancellationToken cancel) =>
        (await database.ReadAsync(tx => ArtifactRows.FindFor(tx, ArtifactHolder.Copy(copy.Id), hash), cancel))?.Size
        ?? throw new CopyException("Its machine named a content that did not arrive at the hub.");

    /// <summary>From then on it is the user's, as if it had been uploaded.</summary>
    public Task GiveAsync(Copy copy, ContentHash hash, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        return database.WriteAsync(
            tx => ArtifactReferences.Add(tx, ArtifactHolder.Of(copy.Plan.User), [hash], now.ToUnixTimeMilliseconds(), (now + options.UploadKept).ToUnixTimeMilliseconds()), cancel);
    }

    public async Task ReleaseAsync(Copy copy)
    {
        var holder = ArtifactHolder.Copy(copy.Id);
        await uploads.DropAllAsync(holder, CancellationToken.None);
        await database.WriteAsync(tx => ArtifactReferences.RemoveAll(tx, [holder]));
    }
}
