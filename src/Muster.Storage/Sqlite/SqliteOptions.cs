namespace Muster.Storage.Sqlite;

public sealed record SqliteOptions : DatabaseOptions
{
    public required string Path { get; init; }

    public override string Name => Path;
}
