using BenchmarkDotNet.Running;
using Muster.Bench.Fleet;
using Muster.Bench.Ledger;
using Muster.Bench.Machine;
using Muster.Bench.Pool;
using Muster.Bench.Schedules;
using Muster.Bench.Storage;

namespace Muster.Bench;

internal static class Program
{
    public static Task Main(string[] args) => args switch
    {
        ["simulate", .. var options] => SimulateCommand.RunAsync(options),
        ["store", .. var options] => StoreCommand.RunAsync(options.FirstOrDefault()),
        ["ledger", .. var options] => LedgerCommand.RunAsync(options),
        ["pool", .. var options] => PoolCommand.RunAsync(options),
        ["queue", .. var options] => QueueCommand.RunAsync(options),
        ["schedules", .. var options] => ScheduleCommand.RunAsync(options),
        ["nodes", .. var options] => NodesCommand.RunAsync(options),
        ["fleet", .. var options] => FleetCommand.RunAsync(options),
        ["dispatch", .. var options] => Now(() => DispatchCommand.Run(options)),
        ["process", .. var options] => ProcessCommand.RunAsync(options),
        ["artifact", .. var options] => ArtifactCommand.RunAsync(options),
        ["pool-worker", var url, var key, var count] => PoolWorker.RunAsync(url, key, int.Parse(count)),
        ["footprint"] => FootprintCommand.RunAsync(),
        _ => BenchmarkAsync(args),
    };

    private static Task BenchmarkAsync(string[] args) => Now(() => BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args));

    private static Task Now(Action work)
    {
        work();
        return Task.CompletedTask;
    }
}
