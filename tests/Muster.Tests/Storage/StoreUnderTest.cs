using Muster.Storage;
using Muster.Storage.Postgres;
using Muster.Storage.Sqlite;
using Muster.Testing;
using Muster.Testing.Postgres;
using Xunit;

namespace Muster.Tests.Storage;

/// <summary>One engine with one empty store, which can be closed and opened again.</summary>
public abstract class StoreUnderTest : IAsyncDisposable
{
    public static readonly Version Program = new(0, 1, 0);

    protected TemporaryFolder Folder { get; } = new();

    /// <summary>Where copies before new schemas are put.</summary>
    public virtual string CopyFolder => Folder.Path;

    public abstract Task<DatabaseOptions> OptionsAsync();

    public async Task<Database> OpenAsync(IReadOnlyList<Migration> migrations, Version? program = null) =>
        await Database.OpenAsync(await OptionsAsync() with { ProgramVersion = program ?? Program }, migrations);

    public virtual ValueTask DisposeAsync()
    {
        Folder.Dispose();
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }
}

public sealed class SqliteStore : StoreUnderTest
{
    public string File => Path.Combine(Folder.Path, "sub", "muster.db");

    public override string CopyFolder => Path.GetDirectoryName(File)!;

    public override Task<DatabaseOptions> OptionsAsync() => Task.FromResult<DatabaseOptions>(new SqliteOptions { Path = File, ProgramVersion = Program });
}

public sealed class PostgresStore : StoreUnderTest
{
    private string? _address;

    public PostgresCluster Cluster { get; private set; } = null!;

    /// <summary>In place of the address of its database, such as one that goes by a relay.</summary>
    public Func<string, string> Through { get; set; } = address => address;

    public string Address => _address ?? throw new InvalidOperationException("The store has not been opened.");

    public static void SkipIfMissing() => Assert.SkipWhen(PostgresCluster.Missing is not null, PostgresCluster.Missing ?? "");

    public async Task StartAsync(string more = "", PostgresCluster? own = null)
    {
        SkipIfMissing();
        Cluster = own ?? await PostgresCluster.SharedAsync();
        _address ??= await Cluster.NewDatabaseAsync(more);
    }

    public override async Task<DatabaseOptions> OptionsAsync()
    {
        if (_address is null)
        {
            await StartAsync();
        }

        return new PostgresOptions { Address = Through(Address), CopyFolder = Folder.Path, ProgramVersion = Program };
    }

    /// <summary>As a person would with psql.</summary>
    public Task<object?> ExecuteAsync(string sql) => Cluster.ExecuteAsync(sql, new Uri(Address).AbsolutePath[1..]);

    public override async ValueTask DisposeAsync()
    {
        if (_address is not null)
        {
            await Cluster.DropAsync(_address);
        }

        await base.DisposeAsync();
    }
}
