using Microsoft.Extensions.Logging;
using Muster.Node.Sandbox.Tasks.Bubblewrap;
using Muster.Node.Sandbox.Tasks.Containers;
using Muster.Node.Sandbox.Tasks.Host;

namespace Muster.Node.Sandbox.Tasks;

/// <summary>The ways in which this node can run a task.</summary>
public sealed class TaskSandboxes(params IReadOnlyList<ITaskSandbox> all)
{
    public static TaskSandboxes Create(TaskSandboxOptions options, TimeProvider time, ILoggerFactory loggers) =>
        new(
            new HostSandbox(options, time),
            new BubblewrapSandbox(options, time, loggers.CreateLogger<BubblewrapSandbox>()),
            new ContainerSandbox(options, time, loggers.CreateLogger<ContainerSandbox>()));

    public IReadOnlyList<ITaskSandbox> All => all;

    /// <summary>The one of exactly that level.</summary>
    /// <exception cref="SandboxUnavailableException">This node has none.</exception>
    public ITaskSandbox Of(IsolationLevel level) => all.FirstOrDefault(sandbox => sandbox.Level == level)
        ?? throw new SandboxUnavailableException($"This node has no isolation `{level.ToString().ToLowerInvariant()}`.");

    /// <summary>For <c>muster doctor</c>, and for what a node offers: each level with whether it works here, by trying it.</summary>
    public async Task<IReadOnlyList<(IsolationLevel Level, SandboxStatus Status, SandboxStatus Egress)>> CheckAsync(CancellationToken cancel)
    {
        var found = new List<(IsolationLevel, SandboxStatus, SandboxStatus)>();
        foreach (var sandbox in all)
        {
            found.Add((sandbox.Level, await sandbox.CheckAsync(cancel), await sandbox.CheckEgressAsync(cancel)));
        }

        return found;
    }

    /// <summary>Before the first start: ends what an earlier process of this home left behind, at every level.</summary>
    /// <returns>As of <see cref="ITaskSandbox.ReapAsync"/>, all together.</returns>
    public async Task<int> ReapAsync(CancellationToken cancel)
    {
        var reaped = 0;
        foreach (var sandbox in all)
        {
            reaped += await sandbox.ReapAsync(cancel);
        }

        return reaped;
    }
}
