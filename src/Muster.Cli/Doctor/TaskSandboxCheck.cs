using Muster.Cli.Composition;
using Muster.Node.Compute;
using Muster.Node.Sandbox;
using Muster.Node.Sandbox.Tasks;

namespace Muster.Cli.Doctor;

/// <summary>Which tasks of the pool this machine can run, by trying each sandbox.</summary>
internal sealed class TaskSandboxCheck : ICheck
{
    public string Name => "tasks";

    public async Task<IReadOnlyList<Finding>> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var compute = NodeConfiguration.Compute(context.Configuration);
        if (!compute.Enabled)
        {
            return [new Finding(Name, CheckState.Ok, "compute.enabled is false: this machine takes no tasks")];
        }

        var tools = NodeConfiguration.Tools(context.Configuration, context.Home, context.Surroundings.Directory);
        var found = await PoolSandboxes.CheckAsync(compute, tools, context.Time, cancellationToken);
        return found.Count == 0
            ? [new Finding(Name, CheckState.Warning, "this system has no sandbox for tasks; tasks of the runtime agent alone run here")]
            : [.. found.Select(level => Of(level.Level, level.Status))];
    }

    /// <summary>Most machines have no container engine and miss nothing by it.</summary>
    private Finding Of(IsolationLevel level, SandboxStatus status)
    {
        var name = level.ToString().ToLowerInvariant();
        if (level == IsolationLevel.None)
        {
            return new Finding(Name, CheckState.Warning, "none is offered (compute.no_sandbox): tasks of this machine's owner that ask for it run with your rights", "To take it back: muster config set compute.no_sandbox false");
        }

        return status.Works ? new Finding(Name, CheckState.Ok, $"{name} works")
            : new Finding(Name, level == IsolationLevel.Container ? CheckState.Ok : CheckState.Warning, $"{name} is not offered: {status.Sentence}");
    }
}
