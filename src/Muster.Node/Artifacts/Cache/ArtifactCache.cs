using Microsoft.Extensions.Logging;
using Microsoft.Win32.SafeHandles;
using Muster.Protocol.Transfers;
using Muster.Storage;

namespace Muster.Node.Artifacts.Cache;

/// <summary>Brings an artifact into an open file from where the hash is.</summary>
public delegate Task CacheFiller(SafeFileHandle file, StreamHash seen, CancellationToken cancel);

/// <summary>
/// Inputs of tasks, kept for the next one within a quota; the least recently used go first, and none that is in use. What several
/// want at once is fetched once. A file is not trusted for being there: whoever copies from it hashes it.
/// </summary>
public sealed partial class ArtifactCache : IDisposable
{
    /// <summary>Hashes that are told to the hub.</summary>
    public const int MostOffered = 4096;

    private readonly Lock _gate = new();
    private readonly Dictionary<ContentHash, CacheSlot> _slots = [];
    private readonly SemaphoreSlim _files = new(1, 1);
    private readonly CacheFolder _folder;
    private readonly Database _database;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;

    private ArtifactCache(CacheFolder folder, long quota, Database database, TimeProvider time, ILogger logger) =>
        (_folder, Quota, _database, _time, _logger) = (folder, quota, database, time, logger);

    /// <summary>What is offered has changed.</summary>
    public event Action? Changed;

    public long Quota { get; }

    /// <summary>Bytes of what is there or comes.</summary>
    public long Used
    {
        get
        {
            lock (_gate)
            {
                return _slots.Values.Sum(slot => slot.Size);
            }
        }
    }

    /// <summary>The first 16 bytes of the hashes of what is there, the most recently used first.</summary>
    public IReadOnlyList<UInt128> Hashes
    {
        get
        {
            lock (_gate)
            {
                return [.. _slots.Values.Where(slot => slot.Ready).OrderByDescending(slot => slot.UsedAt).Take(MostOffered).Select(slot => slot.Hash.Short)];
            }
        }
    }

    /// <summary>With what an earlier process left.</summary>
    public static async Task<ArtifactCache> OpenAsync(ArtifactCacheOptions options, Database database, TimeProvider time, ILogger logger, CancellationToken cancel)
    {
        var folder = new CacheFolder(options.Folder);
        var cache = new ArtifactCache(folder, options.Limit, database, time, logger);
        var rows = await database.ReadAsync(CacheRows.All, cancel);
        foreach (var row in rows.Where(row => folder.IsWhole(row.Hash, row.Size)))
        {
            cache._slots[row.Hash] = new CacheSlot(row.Hash, row.Size) { UsedAt = row.UsedAt, Ready = true };
        }

        await database.WriteAsync(tx => CacheRows.Delete(tx, [.. rows.Select(row => row.Hash).Where(hash => !cache._slots.ContainsKey(hash))]), cancel);
        folder.Sweep(cache._slots.Keys.ToHashSet());
        folder.TrimParts(new HashSet<ContentHash>());
        await cache.TrimAsync();
        return cache;
    }

    /// <summary>Finds an artifact or has it fetched.</summary>
    /// <exception cref="Exception">The filler's, for all who waited for it.</exception>
    public async Task<CachePin> GetAsync(ContentHash hash, long size, CacheFiller fill, CancellationToken cancel)
    {
        while (true)
        {
            CacheSlot slot;
            Task filling;
            lock (_gate)
            {
                slot = _slots.TryGetValue(hash, out var known) ? known : _slots[hash] = new CacheSlot(hash, size);
                slot.Pins++;
                slot.UsedAt = _time.GetUtcNow().ToUnixTimeMilliseconds();
                filling = slot.Filling ??= slot.Ready ? Task.CompletedTask : Task.Run(() => FillAsync(slot, fill), CancellationToken.None);
            }

            try
            {
                await filling.WaitAsync(cancel);
                await _database.WriteAsync(tx => CacheRows.Put(tx, hash, slot.Size, slot.UsedAt), cancel);
                return new CachePin(this, slot, _folder.PathOf(hash));
            }
            catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
            {
                await ReleaseAsync(slot); // those who wanted it first have gone: fetch it ourselves
            }
            catch
            {
                await ReleaseAsync(slot);
                throw;
            }
        }
    }

    /// <summary>Its content is not what its name says: it is not used again. Whoever has it open may go on.</summary>
    public async Task DropAsync(CachePin pin)
    {
        LogDamaged(pin.Hash);
        await _files.WaitAsync();
        try
        {
            bool dropped;
            lock (_gate)
            {
                dropped = _slots.TryGetValue(pin.Hash, out var slot) && slot == pin.Slot && _slots.Remove(pin.Hash);
            }

            if (dropped)
            {
                await ForgetAsync([pin.Hash]);
            }
        }
        finally
        {
            _files.Release();
        }
    }

    public void Dispose() => _files.Dispose();

    internal async Task ReleaseAsync(CacheSlot slot)
    {
        lock (_gate)
        {
            if (--slot.Pins == 0 && !slot.Ready)
            {
                slot.Abandoned.Cancel();
            }
        }

        await TrimAsync();
    }

    private async Task FillAsync(CacheSlot slot, CacheFiller fill)
    {
        try
        {
            await TrimAsync();
            await FetchAsync(slot, fill, slot.Abandoned.Token);
            await _files.WaitAsync(slot.Abandoned.Token);
            try
            {
                _folder.Settle(slot.Hash);
                lock (_gate)
                {
                    slot.Ready = true;
                }
            }
            finally
            {
                _files.Release();
            }
        }
        catch
        {
            lock (_gate)
            {
                _slots.Remove(slot.Hash);
                _folder.TrimParts(_slots.Values.Where(other => !other.Ready).Select(other => other.Hash).ToHashSet());
            }

            throw;
        }

        Changed?.Invoke();
    }

    private async Task FetchAsync(CacheSlot slot, CacheFiller fill, CancellationToken cancel)
    {
        using var file = _folder.OpenPart(slot.Hash);
        using var seen = new StreamHash();
        try
        {
            // What an earlier try brought; the hash of the whole tells whether it was good.
            await FileTransfer.HashAsync(file, seen, Math.Min(slot.Size, RandomAccess.GetLength(file)), cancel);
            await fill(file, seen, cancel);
            RandomAccess.FlushToDisk(file);
        }
        catch (TransferException failure) when (failure.Code == "damaged")
        {
            _folder.DeletePart(slot.Hash);
            throw;
        }
        catch (IOException failure)
        {
            _folder.DeletePart(slot.Hash);
            throw new TransferException(
                "not_written", $"An input cannot be written on this machine ({failure.Message.TrimEnd('.')}): free some space, or lower cache.quota.", failure);
        }
    }

    /// <summary>Makes what is there fit the quota as far as what is in use allows.</summary>
    private async Task TrimAsync()
    {
        await _files.WaitAsync();
        try
        {
            List<ContentHash> victims = [];
            lock (_gate)
            {
                var over = _slots.Values.Sum(slot => slot.Size) - Quota;
                foreach (var slot in over <= 0 ? [] : _slots.Values.Where(slot => slot is { Ready: true, Pins: 0 }).OrderBy(slot => slot.UsedAt).ToList())
                {
                    if (over > 0)
                    {
                        over -= slot.Size;
                        victims.Add(slot.Hash);
                        _slots.Remove(slot.Hash);
                    }
                }
            }

            if (victims.Count > 0)
            {
                await ForgetAsync(victims);
                Changed?.Invoke();
            }
        }
        finally
        {
            _files.Release();
        }
    }

    private async Task ForgetAsync(IReadOnlyList<ContentHash> hashes)
    {
        await _database.WriteAsync(tx => CacheRows.Delete(tx, hashes));
        foreach (var hash in hashes)
        {
            _folder.Delete(hash);
        }
    }

    [LoggerMessage(LogLevel.Warning, "The cached artifact {Hash} was damaged; it is fetched again")]
    private partial void LogDamaged(ContentHash hash);
}
