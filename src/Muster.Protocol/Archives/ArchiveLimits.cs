namespace Muster.Protocol.Archives;

/// <summary>What an archive may grow to.</summary>
public sealed record ArchiveLimits
{
    /// <summary>Longest path of an entry, in bytes of UTF-8.</summary>
    public const int MaxPath = 1024;

    /// <summary>All files together, unpacked.</summary>
    public long MaxBytes { get; init; } = 2L << 30;

    /// <summary>Files and folders.</summary>
    public int MaxEntries { get; init; } = 10_000;

    /// <summary>How many times its packed size a file of more than <see cref="FreeBytes"/> may unpack to. Deflate itself ends at 1,032.</summary>
    public int MaxRatio { get; init; } = 250;

    /// <summary>What may unpack from nearly nothing.</summary>
    public long FreeBytes { get; init; } = 1 << 20;

    public int MaxDepth { get; init; } = 32;

    /// <summary>Refuse names that Windows cannot hold, too; off for results, which are unpacked where they fit.</summary>
    public bool PortableNames { get; init; } = true;
}
