using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Muster.Node.Sandbox;
using Muster.Node.Sandbox.Tasks;
using Muster.Node.Sandbox.Tasks.Bubblewrap;
using Muster.Node.Sandbox.Tasks.Containers;
using Muster.Node.Sandbox.Tasks.Host;
using Muster.Node.Tools;

namespace Muster.Node.Compute;

/// <summary>The ways in which this machine can run tasks of the pool.</summary>
public static class PoolSandboxes
{
    /// <summary>Those that its owner lets in and its system has, tried or not.</summary>
    internal static IReadOnlyList<ITaskSandbox> Of(ComputeOptions compute, ToolOptions tools, TimeProvider time, ILoggerFactory loggers)
    {
        if (!compute.Enabled || !OperatingSystem.IsLinux())
        {
            return [];
        }

        var options = new TaskSandboxOptions { Home = tools.Home, OpenEgress = compute.OpenNetwork, ReadOnly = tools.ReadOnly, EngineSocket = compute.EngineSocket };
        return
        [
            .. compute.NoSandbox ? [new HostSandbox(options, time)] : Array.Empty<ITaskSandbox>(),
            new BubblewrapSandbox(options, time, loggers.CreateLogger<BubblewrapSandbox>()),
            new ContainerSandbox(options, time, loggers.CreateLogger<ContainerSandbox>()),
        ];
    }

    /// <summary>Tries each for real.</summary>
    /// <returns>Per level that it works, or a sentence that says why not and what to do.</returns>
    public static async Task<IReadOnlyList<(IsolationLevel Level, SandboxStatus Status)>> CheckAsync(
        ComputeOptions compute, ToolOptions tools, TimeProvider time, CancellationToken cancel)
    {
        var found = new List<(IsolationLevel, SandboxStatus)>();
        foreach (var sandbox in Of(compute, tools, time, NullLoggerFactory.Instance))
        {
            found.Add((sandbox.Level, await sandbox.CheckAsync(cancel)));
        }

        return found;
    }
}
