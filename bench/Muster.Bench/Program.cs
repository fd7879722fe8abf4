using BenchmarkDotNet.Running;
using Muster.Bench.Fleet;

namespace Muster.Bench;

internal static class Program
{
    public static async Task Main(string[] args)
    {
        if (args is ["simulate", .. var options])
        {
            await SimulateCommand.RunAsync(options);
        }
        else
        {
            BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
        }
    }
}
