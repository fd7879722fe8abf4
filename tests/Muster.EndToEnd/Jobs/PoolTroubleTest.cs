using System.Diagnostics;
using Muster.Client;
using Muster.Client.Jobs;
using Muster.Testing.Processes;
using Xunit;

namespace Muster.EndToEnd.Jobs;

/// <summary>What goes away under the pool's work. In several classes, so that they wait side by side.</summary>
public abstract class PoolTroubleTest
{
    protected const int Patience = 240_000; // ms: a job that waits for ever fails its test, and holds up no other

    protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    protected static async Task<IReadOnlyList<TaskInfo>> TasksAsync(MusterClient client, string job) => (await client.Jobs.TasksAsync(job, cancellationToken: Cancel)).Items;

    protected static Task<bool> SignalAsync(MusterProcess process, string signal) => RunAsync("kill", signal, process.Pid.ToString(System.Globalization.CultureInfo.InvariantCulture));

    protected static async Task<bool> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true, UseShellExecute = false });
        await process!.WaitForExitAsync(CancellationToken.None);
        return process.ExitCode == 0;
    }
}
