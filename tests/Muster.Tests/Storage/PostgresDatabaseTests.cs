using Muster.Storage;
using Muster.Storage.Postgres;
using Muster.Testing;
using Muster.Testing.Postgres;
using Shouldly;
using Xunit;

namespace Muster.Tests.Storage;

public sealed class PostgresDatabaseTests : DatabaseTests
{
    private readonly TemporaryFolder _folder = new();
    private PostgresCluster _cluster = null!;
    private string? _address;

    protected override async Task<Database> OpenAsync(params IReadOnlyList<Migration> migrations)
    {
        Assert.SkipWhen(PostgresCluster.Missing is not null, PostgresCluster.Missing ?? "");
        _cluster = await PostgresCluster.SharedAsync();
        _address ??= await _cluster.NewDatabaseAsync();
        return await PostgresDatabase.OpenAsync(Options(), migrations, Cancel);
    }

    private PostgresOptions Options() => new() { Address = _address!, CopyFolder = _folder.Path, ProgramVersion = new Version(0, 1, 0) };

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await _cluster.DropAsync(_address!);
        _folder.Dispose();
    }
}
