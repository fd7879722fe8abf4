using System.Diagnostics;
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
        Assert.SkipUnless(
            OperatingSystem.IsLinux() && await RunAsync("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", folder.Path),
            "A small disk cannot be mounted here (needs root)");
        try
        {
            var path = Path.Combine(folder.Path, "muster.db");
            await using var database = await SqliteDatabase.OpenAsync(
                new SqliteOptions { Path = path, ProgramVersion = new Version(0, 1, 0) },
                [new Migration(1, "blobs", "create table blobs (body blob)", new Version(0, 1, 0))]);
            await database.WriteAsync(tx => Add(tx, 100), Cancel);
            var filler = Path.Combine(folder.Path, "filler");
            Fill(filler);

            var failures = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ =>
                Should.ThrowAsync<StorageException>(() => database.WriteAsync(tx => Add(tx, 200_000), Cancel))));
            failures.ShouldAllBe(error => error.Message.StartsWith($"The disk that holds {path} is full: free some space"));
            (await CountAsync(database)).ShouldBe(1);

            File.Delete(filler);
            await database.WriteAsync(tx => Add(tx, 200_000), Cancel);
            (await CountAsync(database)).ShouldBe(2);
        }
        finally
        {
            await RunAsync("umount", folder.Path);
        }
    }

    private static void Add(Transaction tx, int size) => tx.Execute("insert into blobs values (@body)", new { body = new byte[size] });

    private static Task<long> CountAsync(Database database) =>
        database.ReadAsync(tx => tx.Scalar<long>("select count(*) from blobs"), Cancel);

    private static void Fill(string path)
    {
        using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0);
        try
        {
            while (true)
            {
                file.Write(new byte[4096]);
            }
        }
        catch (IOException)
        {
            return; // now it is full
        }
    }

    private static async Task<bool> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true, UseShellExecute = false })!;
        await process.WaitForExitAsync(Cancel);
        return process.ExitCode == 0;
    }
}
