using Muster.Storage;
using Muster.Storage.Sqlite;
using Muster.Testing;
using Shouldly;
using Xunit;

namespace Muster.Tests.Storage;

public sealed class FullDiskTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task FullDisk_FailsItsWritersWithASentence_AndGoesOnWithSpace()
    {
        using var folder = new TemporaryFolder();
        using var disk = SmallDisk.Mount(folder.Path, 1);
        Assert.SkipWhen(disk is null, "A small disk cannot be mounted here (needs root)");
        var path = Path.Combine(folder.Path, "muster.db");
        await using var database = await SqliteDatabase.OpenAsync(
            new SqliteOptions { Path = path, ProgramVersion = new Version(0, 1, 0) },
            [new Migration(1, "blobs", "create table blobs (body blob)", new Version(0, 1, 0))]);
        await database.WriteAsync(tx => Add(tx, 100), Cancel);
        disk.Fill();

        var failures = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ =>
            Should.ThrowAsync<StorageException>(() => database.WriteAsync(tx => Add(tx, 200_000), Cancel))));
        failures.ShouldAllBe(error => error.Message.StartsWith($"The disk that holds {path} is full: free some space"));
        (await CountAsync(database)).ShouldBe(1);

        disk.Free();
        await database.WriteAsync(tx => Add(tx, 200_000), Cancel);
        (await CountAsync(database)).ShouldBe(2);
    }

    private static void Add(Transaction tx, int size) => tx.Execute("insert into blobs values (@body)", new { body = new byte[size] });

    private static Task<long> CountAsync(Database database) =>
        database.ReadAsync(tx => tx.Scalar<long>("select count(*) from blobs"), Cancel);
}
