namespace Muster.Node.Artifacts.Cache;

public sealed record ArtifactCacheOptions
{
    private const long UsualQuota = 10L << 30;

    /// <summary>Where the files lie.</summary>
    public required string Folder { get; init; }

    /// <summary><c>cache.quota</c>: bytes; null is 10 GiB or a tenth of the disk, whichever is less.</summary>
    public long? Quota { get; init; }

    internal long Limit => Quota ?? Math.Min(UsualQuota, new DriveInfo(Folder).TotalSize / 10);
}
