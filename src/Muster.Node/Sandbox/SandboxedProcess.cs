using System.Diagnostics;
using Muster.Node.Folders;

namespace Muster.Node.Sandbox;

/// <summary>Runs one plan to its end, whichever comes first: exit, timeout or abort. Nothing of it is left when this returns.</summary>
internal static class SandboxedProcess
{
    // An abort must be done within a second, with whatever the machine is doing besides.
    private static readonly TimeSpan _abortGrace = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan _drain = TimeSpan.FromMilliseconds(500);

    /// <param name="onOutput">Called with text as it comes, from other threads; must be quick.</param>
    public static async Task<ProcessOutcome> RunAsync(
        LaunchPlan plan, ProcessLimits limits, Action<string> onOutput, TimeProvider time, CancellationToken abort)
    {
        abort.ThrowIfCancellationRequested();
        var stdout = new OutputBuffer(limits.StdoutChars);
        var stderr = new OutputBuffer(limits.StderrChars);
        var thread = new ProcessThread(plan, Into(stdout), Into(stderr));
        var process = await thread.Started;

        var end = await WaitAsync(process, limits.Timeout, time, abort);
        var killed = end == ProcessEnd.Exited
            ? 0
            : await EndAsync(process, plan.Marker, end == ProcessEnd.Aborted ? _abortGrace : limits.Grace, time);
        killed += Leftovers(process, plan.Marker);
        await WaitAsync(thread.Closed, _drain, time);
        return new ProcessOutcome(end, process.HasExited ? process.ExitCode : -1, killed, stdout, stderr);

        ByteSink Into(OutputBuffer buffer) => (bytes, last) =>
        {
            if (buffer.Add(bytes, last) is { Length: > 0 } text)
            {
                onOutput(text);
            }
        };
    }

    private static async Task<ProcessEnd> WaitAsync(Process process, TimeSpan timeout, TimeProvider time, CancellationToken abort)
    {
        using var limit = new CancellationTokenSource(timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, abort);
        try
        {
            await process.WaitForExitAsync(either.Token);
            return ProcessEnd.Exited;
        }
        catch (OperationCanceledException)
        {
            return abort.IsCancellationRequested ? ProcessEnd.Aborted : ProcessEnd.TimedOut;
        }
    }

    /// <summary>TERM to the whole tree, and KILL to what is left after the grace.</summary>
    /// <returns>How many there were besides the process itself.</returns>
    public static async Task<int> EndAsync(Process process, string? marker, TimeSpan grace, TimeProvider time)
    {
        var exit = process.WaitForExitAsync(CancellationToken.None);
        if (!OperatingSystem.IsLinux())
        {
            process.Kill(entireProcessTree: true);
            await WaitAsync(exit, _drain, time);
            return 1;
        }

        var tree = new ProcessTree(process.Id, marker);
        var killed = tree.Signal(Libc.Terminate, rootIsGone: false, spareRoot: marker is null);
        if (!await WaitAsync(exit, grace, time))
        {
            killed = Math.Max(killed, tree.Signal(Libc.Kill, rootIsGone: false));
            await WaitAsync(exit, _drain, time);
        }

        return killed;
    }

    public static int Leftovers(Process process, string? marker) =>
        OperatingSystem.IsLinux() && marker is not null
            ? new ProcessTree(process.Id, marker).Signal(Libc.Kill, rootIsGone: process.HasExited)
            : 0;

    private static async Task<bool> WaitAsync(Task task, TimeSpan limit, TimeProvider time)
    {
        try
        {
            await task.WaitAsync(limit, time);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }
}
