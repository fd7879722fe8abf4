using System.Globalization;
using Muster.Agents.Tools;

namespace Muster.Node.Sandbox.Tasks.Host;

/// <summary>
/// The level <see cref="IsolationLevel.None"/>: the command runs as the node's own user with all that it may do. Time, disk and memory are
/// watched, processors and the network are not. Only for tasks of the node's own owner.
/// </summary>
internal sealed class HostSandbox(TaskSandboxOptions options, TimeProvider time) : ITaskSandbox
{
    private const string Shell = "/bin/sh";
    private const string NewSession = "/usr/bin/setsid";

    public IsolationLevel Level => IsolationLevel.None;

    public Task<SandboxStatus> CheckAsync(CancellationToken cancel) => Task.FromResult(
        new SandboxStatus(true, "Tasks of the node's own owner may run without isolation, as the node's own user."));

    public Task<SandboxStatus> CheckEgressAsync(CancellationToken cancel) => Task.FromResult(
        new SandboxStatus(true, "Tasks without isolation have the node's own network."));

    public async Task<ISandboxRun> StartAsync(SandboxJob job, ISandboxOutput output, CancellationToken cancel)
    {
        SandboxJobCheck.Throw(job);
        if (!job.OwnersOwn)
        {
            throw new SandboxUnavailableException("Without isolation a node runs nothing but tasks of its own owner. Ask for `process` or `container`.");
        }

        if (job.Container is not null)
        {
            throw new SandboxUnavailableException("An image needs the isolation `container`; this one is `none`.");
        }

        cancel.ThrowIfCancellationRequested();
        var run = new HostRun(Plan(job), job, output, time);
        try
        {
            await run.StartAsync();
            return run;
        }
        catch (ToolException failure)
        {
            throw new SandboxUnavailableException(failure.Message, failure);
        }
    }

    public Task<int> ReapAsync(CancellationToken cancel) => Task.Run(() => CallMarker.EndLost(options.Home), cancel);

    private LaunchPlan Plan(SandboxJob job)
    {
        var environment = CleanEnvironment.For(new SandboxOptions { WorkingDir = job.WorkFolder, Home = options.Home }, ownPath: true);
        foreach (var (name, value) in job.Environment)
        {
            environment[name] = value;
        }

        if (!OperatingSystem.IsLinux())
        {
            return new LaunchPlan(job.Command[0], [.. job.Command.Skip(1)], environment, job.WorkFolder);
        }

        environment[CallMarker.Variable] = CallMarker.Next(options.Home);
        var marker = $"{CallMarker.Variable}={environment[CallMarker.Variable]}";
        string[] bounded = [Shell, "-c", Bounds(job.Limits) + "exec \"$@\"", "sh", .. job.Command];
        return File.Exists(NewSession)
            ? new LaunchPlan(NewSession, bounded, environment, job.WorkFolder, marker)
            : new LaunchPlan(bounded[0], bounded[1..], environment, job.WorkFolder, marker);
    }

    // Where the node's own user has less, that stays. The shell counts in kilobytes, and the size of files in blocks of 512.
    private static string Bounds(SandboxLimits limits) => string.Create(CultureInfo.InvariantCulture,
        $"ulimit -c 0; ulimit -n {limits.OpenFiles} 2>&-; ulimit -f {limits.DiskBytes / 512} 2>&-; ");
}
