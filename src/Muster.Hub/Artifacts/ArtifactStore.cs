using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Microsoft.Win32.SafeHandles;
using Muster.Hub.Api;
using Muster.Hub.Artifacts.Files;
using Muster.Protocol.Transfers;
using Muster.Storage;

namespace Muster.Hub.Artifacts;

/// <summary>
/// The artifacts: each content once, a file that is whole before any row names it. Each storing makes a file of its own name, so
/// clearing away, which deletes the row first and then that very file, can never take one that was just stored.
/// </summary>
internal sealed partial class ArtifactStore(Database database, ArtifactFolder folder, DiskBudget budget, TimeProvider time, ILogger<ArtifactStore> logger)
{
    private readonly ConcurrentDictionary<string, byte> _arriving = new(StringComparer.Ordinal);

    private long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Stores what an upload brought, with its first reference. The room that the upload took is the artifact's from then on.</summary>
    /// <param name="alongside">Runs in the same transaction.</param>
    public async Task<ArtifactInfo> KeepAsync(
        string upload, SafeFileHandle content, ContentHash hash, ArtifactHolder holder, TimeSpan kept, Action<Transaction>? alongside = null)
    {
        var fresh = new ArtifactRow(RandomAccess.GetLength(content), ArtifactFolder.NameFor(hash, upload));
        var known = await database.ReadAsync(tx => ArtifactRows.Find(tx, hash));
        var damaged = known is not null && !folder.IsWhole(known.File, known.Size) ? known : null;
        _arriving[fresh.File] = 0;
        try
        {
            folder.Settle(upload, content, fresh.File);
            var there = await database.WriteAsync(tx =>
            {
                var there = ArtifactRows.Find(tx, hash);
                if (there is null || there == damaged)
                {
                    ArtifactRows.Put(tx, hash, fresh, Now);
                }

                ArtifactReferences.Add(tx, holder, [hash], Now, Now + (long)kept.TotalMilliseconds);
                alongside?.Invoke(tx);
                return there;
            });
            Forget(there is null ? null : there == damaged ? there : fresh);
            return new ArtifactInfo(hash.ToString(), fresh.Size);
        }
        catch (StorageException failure) when (!failure.OutcomeUnknown)
        {
            folder.Return(fresh.File, upload); // it can be tried again
            throw;
        }
        catch (IOException failure)
        {
            throw DiskBudget.DiskFull(failure);
        }
        finally
        {
            _arriving.TryRemove(fresh.File, out _);
        }
    }

    /// <summary>Opens an artifact that the query finds.</summary>
    /// <exception cref="ApiException">404: it finds none. 410: the file is not there or cut short.</exception>
    public async Task<FileStream> OpenAsync(ContentHash hash, Func<Transaction, ArtifactRow?> find, CancellationToken cancel)
    {
        var row = await database.ReadAsync(find, cancel) ?? throw ApiException.NotFound("artifact");
        if (folder.OpenStored(row.File, row.Size) is { } stream)
        {
            return stream;
        }

        LogDamaged(hash, row.File);
        throw new ApiException(
            410, "artifact_damaged", $"The hub's file of artifact {hash} is gone or cut short. Upload the same content again, which mends it, or put back a backup.");
    }

    /// <summary>Deletes what nobody refers to any more.</summary>
    /// <returns>How many artifacts, and how many bytes.</returns>
    public async Task<(int Count, long Bytes)> ClearAsync(TimeSpan grace, CancellationToken cancel)
    {
        var (count, bytes) = (0, 0L);
        await database.WriteAsync(tx => ArtifactReferences.Expire(tx, Now, grace), cancel);
        while (await database.WriteAsync(ArtifactRows.Clear, cancel) is { Count: > 0 } rows)
        {
            foreach (var row in rows)
            {
                Forget(row);
            }

            (count, bytes) = (count + rows.Count, bytes + rows.Sum(row => row.Size));
        }

        return (count, bytes);
    }

    /// <summary>Deletes files that no row names: a crash came between the file and its row, or between the row's end and the file's.</summary>
    public async Task<int> SweepAsync(CancellationToken cancel)
    {
        var swept = 0;
        foreach (var files in folder.StoredFiles())
        {
            // In this order: a file that is not in the second list and not named in the third has no row, and gets none.
            var arriving = _arriving.Keys.ToHashSet(StringComparer.Ordinal);
            var known = await database.ReadAsync(tx => ArtifactRows.Known(tx, files), cancel);
            foreach (var file in files.Where(file => !arriving.Contains(file) && !known.Contains(file)))
            {
                folder.Delete(file);
                swept++;
            }
        }

        return swept;
    }

    private void Forget(ArtifactRow? row)
    {
        if (row is not null)
        {
            budget.Give(row.Size);
            Delete(row.File);
        }
    }

    private void Delete(string file)
    {
        try
        {
            folder.Delete(file);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            LogNotDeleted(file, error); // the next start sweeps it
        }
    }

    [LoggerMessage(LogLevel.Error, "The file {File} of artifact {Hash} is gone or cut short")]
    private partial void LogDamaged(ContentHash hash, string file);

    [LoggerMessage(LogLevel.Warning, "The file {File}, which no artifact needs any more, was not deleted")]
    private partial void LogNotDeleted(string file, Exception error);
}
