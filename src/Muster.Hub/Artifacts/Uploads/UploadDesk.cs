using Muster.Hub.Api;
using Muster.Hub.Artifacts.Files;
using Muster.Protocol.Ids;
using Muster.Protocol.Transfers;
using Muster.Storage;

namespace Muster.Hub.Artifacts.Uploads;

/// <summary>Takes bytes in: whole, or in parts by the resumable way of docs/artifacts.md.</summary>
internal sealed class UploadDesk(
    Database database, ArtifactStore store, UploadSessions sessions, ArtifactFolder folder, UploadIntake intake, ArtifactOptions options, TimeProvider time)
{
    private long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <param name="length">How many bytes it will have; null when its sender does not know.</param>
    public async Task<UploadInfo> CreateAsync(ArtifactHolder holder, long? length, CancellationToken cancel)
    {
        await intake.CheckAsync(holder, length, cancel);
        var row = new UploadRow(Id<Artifact>.New(time).ToString(), holder.Text, length, null, null);
        folder.OpenUpload(row.Id).Dispose(); // a row without a file is one whose content was about to be stored
        await database.WriteAsync(
            tx =>
            {
                if (UploadRows.OpenOf(tx, holder) >= options.MaxOpenUploads)
                {
                    throw new ApiException(429, "too_many_uploads", $"{options.MaxOpenUploads} uploads are not over: finish or cancel some of them first.");
                }

                UploadRows.Insert(tx, row, Now);
            },
            cancel);
        return new UploadInfo(row.Id, 0, length, false, null);
    }

    /// <summary>How far it is. A request that still brings bytes for it ends.</summary>
    public Task<UploadInfo> GetAsync(ArtifactHolder holder, string id, CancellationToken cancel) =>
        sessions.WithAsync(holder, id, Complete, (session, _) => Task.FromResult(Describe(session)), cancel);

    /// <param name="offset">Where the sender believes it is.</param>
    /// <param name="last">With this body it is complete.</param>
    public Task<UploadInfo> AppendAsync(ArtifactHolder holder, string id, long offset, bool last, PumpSource body, CancellationToken cancel) => sessions.WithAsync(
        holder,
        id,
        row => throw ApiException.Conflict($"This upload is complete: it is artifact {Complete(row).Sha256}."),
        async (session, stop) =>
        {
            if (offset != session.Offset)
            {
                throw new ApiException(409, "upload_offset", $"The upload is at {session.Offset}, not at {offset}: go on from there.");
            }

            using var share = await intake.ShareAsync(holder, stop);
            try
            {
                await intake.TakeAsync(session, share, body, last, stop);
            }
            catch (ApiException failure) when (failure.Status is 413 or 422 or 507)
            {
                sessions.End(session, delete: true); // first of all, since it gives a full disk some room
                await sessions.ForgetAsync([id]);
                throw;
            }

            return last ? await CompleteAsync(holder, session) : await KeepAsync(session);
        },
        cancel);

    /// <summary>An upload in one request. It leaves nothing behind when it fails.</summary>
    public async Task<ArtifactInfo> WholeAsync(ArtifactHolder holder, long? length, PumpSource body, CancellationToken cancel)
    {
        await intake.CheckAsync(holder, length, cancel);
        var id = Id<Artifact>.New(time).ToString();
        using var session = new UploadSession(id, length, folder.OpenUpload(id));
        try
        {
            using var share = await intake.ShareAsync(holder, cancel);
            await intake.TakeAsync(session, share, body, last: true, cancel);
            return await store.KeepAsync(id, session.File, await session.Hash.FinishAsync(), holder, Kept(holder));
        }
        catch
        {
            sessions.End(session, delete: true);
            throw;
        }
    }

    public async Task CancelAsync(ArtifactHolder holder, string id, CancellationToken cancel)
    {
        await GetAsync(holder, id, cancel);
        await sessions.DropAsync(id, cancel);
    }

    /// <summary>Forgets all that this holder began, and that it has brought.</summary>
    public async Task DropAllAsync(ArtifactHolder holder, CancellationToken cancel)
    {
        var ids = await database.ReadAsync(tx => UploadRows.Of(tx, holder), cancel);
        foreach (var id in ids)
        {
            await sessions.DeleteAsync(id, cancel);
        }

        await sessions.ForgetAsync(ids);
    }

    /// <summary>Forgets what nobody has gone on with.</summary>
    public async Task TidyAsync(CancellationToken cancel)
    {
        foreach (var id in await database.ReadAsync(tx => UploadRows.Idle(tx, Now - (long)options.UploadKept.TotalMilliseconds), cancel))
        {
            await sessions.DropAsync(id, cancel);
        }

        await sessions.RestAsync(cancel);
    }

    private async Task<UploadInfo> CompleteAsync(ArtifactHolder holder, UploadSession session)
    {
        var (size, hash) = (session.Offset, await session.Hash.FinishAsync());
        try
        {
            var info = await store.KeepAsync(
                session.Id, session.File, hash, holder, Kept(holder), tx => UploadRows.Complete(tx, session.Id, hash, size, Now));
            return new UploadInfo(session.Id, size, session.Length, true, info.Sha256);
        }
        finally
        {
            sessions.End(session, delete: false); // where it failed, what has arrived is still there
        }
    }

    private async Task<UploadInfo> KeepAsync(UploadSession session)
    {
        await database.WriteAsync(tx => UploadRows.Touch(tx, session.Id, Now), CancellationToken.None);
        return Describe(session);
    }

    private TimeSpan Kept(ArtifactHolder holder) => holder.Text.Split(':')[0] switch
    {
        "user" => options.UploadKept,
        "copy" => options.CopyKept,
        _ => options.OutputKept,
    };

    private static UploadInfo Describe(UploadSession session) => new(session.Id, session.Offset, session.Length, false, null);

    private static UploadInfo Complete(UploadRow row) => new(row.Id, row.Size!.Value, row.Length, true, ContentHash.Of(row.Sha256).ToString());
}
