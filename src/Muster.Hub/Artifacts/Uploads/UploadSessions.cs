using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Muster.Hub.Api;
using Muster.Hub.Artifacts.Files;
using Muster.Protocol.Ids;
using Muster.Protocol.Transfers;
using Muster.Storage;

namespace Muster.Hub.Artifacts.Uploads;

/// <summary>The uploads that can be resumed, open while somebody works on them. What has arrived outlives the connection and the hub.</summary>
internal sealed partial class UploadSessions(Database database, ArtifactFolder folder, DiskBudget budget, TimeProvider time, ILogger<UploadSessions> logger)
{
    private static readonly TimeSpan _keptOpen = TimeSpan.FromMinutes(10);
    private readonly ConcurrentDictionary<string, UploadSession> _open = new(StringComparer.Ordinal);

    /// <summary>Does something with an upload that nobody else has meanwhile.</summary>
    /// <param name="complete">Answers when it is complete already.</param>
    /// <exception cref="ApiException">404: this holder has no such upload. 409: another request took it over.</exception>
    public async Task<T> WithAsync<T>(
        ArtifactHolder holder, string id, Func<UploadRow, T> complete, Func<UploadSession, CancellationToken, Task<T>> work, CancellationToken cancel)
    {
        while (true)
        {
            var row = await FindAsync(holder, id, cancel) ?? throw ApiException.NotFound("upload");
            if (row.Sha256 is not null)
            {
                return complete(row);
            }

            var session = _open.GetOrAdd(id, _ => new UploadSession(id, row.Length, folder.OpenUpload(id)));
            if (await TryTakeAsync(session, cancel) is not { } turn)
            {
                continue; // it ended while we waited: look again what became of it
            }

            using var either = CancellationTokenSource.CreateLinkedTokenSource(turn, cancel);
            try
            {
                if (await FindAsync(holder, id, cancel) is null)
                {
                    End(session, delete: true);
                    throw ApiException.NotFound("upload");
                }

                // After a restart: what has arrived is in the file, and its hash is worked out again.
                session.Offset = RandomAccess.GetLength(session.File);
                await FileTransfer.HashAsync(session.File, session.Hash, session.Offset, either.Token);
                return await work(session, either.Token);
            }
            catch (OperationCanceledException) when (turn.IsCancellationRequested && !cancel.IsCancellationRequested)
            {
                throw TakenOver();
            }
            finally
            {
                session.LastUsed = time.GetUtcNow();
                session.Release();
            }
        }
    }

    /// <summary>It is complete, or is not to be: only for whoever has it.</summary>
    public void End(UploadSession session, bool delete)
    {
        session.Over = true;
        _open.TryRemove(session.Id, out _);
        if (delete)
        {
            budget.Give(session.Offset);
            folder.DeleteUpload(session.Id);
        }

        session.File.Dispose();
        session.Hash.Dispose();
    }

    /// <summary>Before the hub listens: counts what there is, and deletes what cannot go on.</summary>
    public async Task StartAsync(CancellationToken cancel)
    {
        var files = folder.UploadFiles().ToDictionary(file => file.Name, file => file.Length, StringComparer.Ordinal);
        var open = (await database.ReadAsync(UploadRows.Open, cancel)).Select(row => row.Id).ToHashSet(StringComparer.Ordinal);
        foreach (var file in files.Keys.Where(file => !open.Contains(file)))
        {
            folder.DeleteUpload(file);
        }

        var stored = await database.WriteAsync(
            tx =>
            {
                UploadRows.Delete(tx, [.. open.Where(id => !files.ContainsKey(id))]);
                return ArtifactRows.TotalSize(tx);
            },
            cancel);
        budget.Set(stored + files.Where(file => open.Contains(file.Key)).Sum(file => file.Value));
    }

    public async Task DropAsync(string id, CancellationToken cancel)
    {
        await database.WriteAsync(tx => UploadRows.Delete(tx, [id]), cancel);
        await DeleteAsync(id, cancel);
    }

    /// <summary>After the files of these are gone. Where the store takes nothing, their rows go later: as uploads that nobody goes on with.</summary>
    public async Task ForgetAsync(IReadOnlyList<string> ids)
    {
        try
        {
            await database.WriteAsync(tx => UploadRows.Delete(tx, ids), CancellationToken.None);
        }
        catch (StorageException error)
        {
            LogNotForgotten(ids.Count, error.Message);
        }
    }

    /// <summary>Deletes what has arrived of it, whoever brings it.</summary>
    public async Task DeleteAsync(string id, CancellationToken cancel)
    {
        if (_open.TryGetValue(id, out var session))
        {
            if (await TryTakeAsync(session, cancel) is not null)
            {
                session.Offset = RandomAccess.GetLength(session.File);
                End(session, delete: true);
                session.Release();
            }
        }
        else if (new FileInfo(folder.UploadPath(id)) is { Exists: true } file)
        {
            budget.Give(file.Length);
            file.Delete();
        }
    }

    /// <summary>Lets go of what rests; it is opened again when somebody comes.</summary>
    public async Task RestAsync(CancellationToken cancel)
    {
        foreach (var session in _open.Values.Where(session => !session.Busy && time.GetUtcNow() - session.LastUsed > _keptOpen).ToList())
        {
            if (await TryTakeAsync(session, cancel) is not null)
            {
                End(session, delete: false);
                session.Release();
            }
        }
    }

    private async Task<UploadRow?> FindAsync(ArtifactHolder holder, string id, CancellationToken cancel) =>
        Id<Artifact>.TryParse(id, out _) ? await database.ReadAsync(tx => UploadRows.Find(tx, holder, id), cancel) : null;

    private static async Task<CancellationToken?> TryTakeAsync(UploadSession session, CancellationToken cancel)
    {
        CancellationToken turn;
        try
        {
            turn = await session.TakeAsync(cancel);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw TakenOver();
        }

        if (!session.Over)
        {
            return turn;
        }

        session.Release();
        return null;
    }

    private static ApiException TakenOver() => new(409, "taken_over", "Another request goes on with this upload.");

    [LoggerMessage(LogLevel.Warning, "{Count} uploads that are over could not be forgotten yet: {Why}")]
    private partial void LogNotForgotten(int count, string why);
}
