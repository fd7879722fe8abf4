using Muster.Bench.Machine;
using Microsoft.Data.Sqlite;
using Muster.Hub;
using Muster.Hub.Ledger;

namespace Muster.Bench.Ledger;

/// <summary>
/// <c>ledger [--clients 64] [--seconds 10] [--batch 100] [--people 64]</c>: transfers by REST against a hub process on loopback, durable, one per call
/// and many per call, and before that the part of the pool's turns, inside this process. Meanwhile another process's connection asks again and again whether the sum of all accounts is zero.
/// </summary>
internal static class LedgerCommand
{
    public static async Task RunAsync(string[] args)
    {
        int Option(string name, int otherwise) => Array.IndexOf(args, name) is >= 0 and var at && at + 1 < args.Length ? int.Parse(args[at + 1]) : otherwise;
        await LedgerTurns.RunAsync(turns: 300, tasks: 2000, jobs: 8);
        var (clients, seconds, batch) = (Option("--clients", 64), Option("--seconds", 10), Option("--batch", 100));
        await using var hub = await BenchHub.StartAsync(Option("--people", 64));
        Console.WriteLine($"hub: process {hub.ProcessId}, {hub.Url}");
        using var stop = new CancellationTokenSource();
        var watching = WatchSumAsync(hub.Database, stop.Token);
        foreach (var perCall in (int[])[1, batch])
        {
            var result = await new LedgerLoad(hub, clients, perCall).RunAsync(TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(seconds));
            Console.WriteLine(
                $"{clients} clients, {perCall} per call: {result.PerSecond:0} transfers/s, p50 {result.Median:0.0} ms, p99 {result.P99:0.0} ms, hub {result.HubCores:0.00} cores, "
                + $"{hub.Memory / 1000000} MB, {result.Failed} failed");
        }

        await stop.CancelAsync();
        Console.WriteLine($"sum of all accounts: zero {await watching} times out of as many");
        await hub.StopAsync();
        await using var database = await HubHost.OpenAsync(new HubOptions { Home = Path.GetDirectoryName(hub.Database)! });
        var findings = await database.ReadAsync(tx => LedgerBook.Verify(tx));
        Console.WriteLine(findings.Count == 0 ? "the ledger adds up" : string.Join('\n', findings));
    }

    private static async Task<int> WatchSumAsync(string path, CancellationToken stop)
    {
        await using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Mode = SqliteOpenMode.ReadOnly }.ToString());
        connection.Open();
        await using var command = connection.CreateCommand();
        command.CommandText = "select sum(balance) from ledger_accounts";
        for (var times = 0; ; times++)
        {
            if (stop.IsCancellationRequested)
            {
                return times;
            }

            if (command.ExecuteScalar() is not 0L and var sum)
            {
                throw new InvalidOperationException($"The sum of all accounts is {sum}.");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, CancellationToken.None);
        }
    }
}
