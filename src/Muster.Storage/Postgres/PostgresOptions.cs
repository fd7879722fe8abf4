namespace Muster.Storage.Postgres;

public sealed record PostgresOptions : DatabaseOptions
{
    /// <summary><c>Host=…;Database=…</c> or <c>postgres://USER:PASSWORD@HOST/DATABASE</c>.</summary>
    public required string Address { get; init; }

    /// <summary>Where copies go that are made before the schema changes.</summary>
    public required string CopyFolder { get; init; }

    public override string Name => PostgresAddress.Parse(Address).Name;

    /// <summary>How long works wait for a server that went away before they are told.</summary>
    public TimeSpan OutagePatience { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long the start waits for a hub that was just stopped to let go of the database.</summary>
    public TimeSpan LockPatience { get; init; } = TimeSpan.FromSeconds(5);
}
