using System.Diagnostics;
using Muster.Storage;
using Muster.Storage.Lanes;
using Muster.Storage.Rows;
using Shouldly;
using Xunit;

namespace Muster.Tests.Storage;

public sealed class LazyDriverTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task MachineWithASqliteFile_DoesNotLoadTheDriverOfPostgres()
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true, UseShellExecute = false };
        if (Path.GetFileNameWithoutExtension(start.FileName) == "dotnet")
        {
            start.ArgumentList.Add(typeof(LazyDriverTests).Assembly.Location);
        }

        foreach (var argument in new[] { "-method", $"{typeof(LazyDriverTests).FullName}.{nameof(Child_UsesASqliteFile)}", "-explicit", "only" })
        {
            start.ArgumentList.Add(argument);
        }

        using var child = Process.Start(start)!;
        var output = await child.StandardOutput.ReadToEndAsync(Cancel);
        await child.WaitForExitAsync(Cancel);

        child.ExitCode.ShouldBe(0, output);
        output.ShouldContain("Total: 1, Errors: 0, Failed: 0");
    }

    /// <summary>Not a test by itself: other tests in its process would load the driver.</summary>
    [Fact(Explicit = true)]
    public async Task Child_UsesASqliteFile()
    {
        await using var store = new SqliteStore();
        await using (var database = await store.OpenAsync(LaneStore.Migrations))
        {
            var lanes = new LaneStore(database);
            var peers = new RowTable("outbox_peers", RowConflict.Keep, new("peer", RowType.Text, Key: true), new("outbox_id", RowType.Text));
            await database.WriteAsync(tx => lanes.Add(tx, "hub", 1, new byte[] { 1 }), Cancel);
            await database.WriteAsync(tx => tx.InsertMany(peers, ["a"], static (row, peer) => row.Add(peer).Add("x")), Cancel);
            (await lanes.ReadAsync("hub", 1, 0, 10, Cancel)).Count.ShouldBe(1);
        }

        AppDomain.CurrentDomain.GetAssemblies().Select(assembly => assembly.GetName().Name).ShouldNotContain("Npgsql");
    }
}
