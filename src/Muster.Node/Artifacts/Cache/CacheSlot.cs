using Muster.Protocol.Transfers;

namespace Muster.Node.Artifacts.Cache;

/// <summary>One artifact that is in the cache or comes into it. Changed under the cache's lock.</summary>
internal sealed class CacheSlot(ContentHash hash, long size)
{
    public ContentHash Hash => hash;

    public long Size => size;

    /// <summary>Unix milliseconds.</summary>
    public long UsedAt { get; set; }

    /// <summary>Users who have it open, or wait for it: it is not evicted.</summary>
    public int Pins { get; set; }

    public bool Ready { get; set; }

    /// <summary>Fetches it, for all who wait.</summary>
    public Task? Filling { get; set; }

    /// <summary>Ends the fetching when nobody waits any more.</summary>
    public CancellationTokenSource Abandoned { get; } = new();
}

/// <summary>An artifact that stays in the cache until this is disposed.</summary>
public sealed class CachePin : IAsyncDisposable
{
    private readonly ArtifactCache _cache;
    private int _released;

    internal CachePin(ArtifactCache cache, CacheSlot slot, string path) => (_cache, Slot, Path) = (cache, slot, path);

    internal CacheSlot Slot { get; }

    public string Path { get; }

    public ContentHash Hash => Slot.Hash;

    public long Size => Slot.Size;

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _released, 1) == 0)
        {
            await _cache.ReleaseAsync(Slot);
        }
    }
}
