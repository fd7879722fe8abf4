namespace Muster.Storage.Sqlite;

public sealed record SqliteOptions : DatabaseOptions
{
    public required string Path { get; init; }

    /// <summary>Most that the writer keeps of the file, in KiB; each reader keeps 2,000.</summary>
    public int CacheKilobytes { get; init; } = 16_000;

    public override string Name => Path;
}
