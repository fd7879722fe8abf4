using System.Collections.Concurrent;
using System.ComponentModel;
using Microsoft.Extensions.Logging;
using Muster.Node.Sandbox.Tasks.Cgroups;
using Muster.Node.Sandbox.Tasks.Egress;
using Muster.Node.Sandbox.Tasks.Native;
using Muster.Node.Sandbox.Tasks.Runs;
using Muster.Node.Sandbox.Tasks.Work;

namespace Muster.Node.Sandbox.Tasks.Bubblewrap;

/// <summary>The level <see cref="IsolationLevel.Process"/>: namespaces by bubblewrap, limits by control groups, a filter of system calls, and no network but the proxy's.</summary>
internal sealed partial class BubblewrapSandbox : ITaskSandbox
{
    // bubblewrap's own, outside of the sandbox and as its first.
    private const int OwnProcesses = 2;

    private readonly TaskSandboxOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly SandboxRoot _root;
    private readonly string _marker;
    private readonly CgroupLeftovers _leftovers;
    private readonly BubblewrapCheck _check;
    private readonly ConcurrentDictionary<string, bool> _live = new(StringComparer.Ordinal);

    public BubblewrapSandbox(TaskSandboxOptions options, TimeProvider time, ILogger<BubblewrapSandbox> logger, BubblewrapPlaces? places = null)
    {
        (_options, _time, _logger) = (options, time, logger);
        _root = new SandboxRoot(options, time);
        _marker = CallMarker.Next(options.Home);
        _leftovers = new CgroupLeftovers(options.Home, time);
        _check = new BubblewrapCheck(options, places ?? new BubblewrapPlaces(), time, StartAsync);
    }

    public IsolationLevel Level => IsolationLevel.Process;

    internal EgressRoute Route { get; init; } = EgressRoute.Real;

    public Task<SandboxStatus> CheckAsync(CancellationToken cancel) => _check.GetAsync(cancel);

    public async Task<SandboxStatus> CheckEgressAsync(CancellationToken cancel)
    {
        var status = await CheckAsync(cancel);
        return !status.Works ? status
            : NamespaceListener.Missing is { } missing ? new SandboxStatus(false, missing)
            : new SandboxStatus(true, "Tasks reach the hosts that their jobs name, through a proxy of the node.");
    }

    public async Task<ISandboxRun> StartAsync(SandboxJob job, ISandboxOutput output, CancellationToken cancel)
    {
        SandboxJobCheck.Throw(job);
        if (job.Container is not null)
        {
            throw new SandboxUnavailableException("An image needs the isolation `container`; this one is `process`.");
        }

        var status = await CheckAsync(cancel);
        return _check.Ground is { } ground && status.Works
            ? await StartAsync(ground, job, output, cancel)
            : throw new SandboxUnavailableException(status.Sentence);
    }

    public Task<int> ReapAsync(CancellationToken cancel) => Task.Run(
        () =>
        {
            var ended = CallMarker.EndLost(_options.Home);
            var attempts = _leftovers.End(_live.ContainsKey).Count;
            if (_live.IsEmpty)
            {
                _root.RemoveOld();
            }

            if (attempts > 0)
            {
                LogReaped(attempts, ended);
            }

            return attempts;
        },
        cancel);

    public void Leave() => _leftovers.Leave();

    private async Task<ISandboxRun> StartAsync(BubblewrapGround ground, SandboxJob job, ISandboxOutput output, CancellationToken cancel)
    {
        if (!_live.TryAdd(job.Attempt, true))
        {
            throw new SandboxUnavailableException($"The attempt {job.Attempt} runs already.");
        }

        _leftovers.Remember(ground.Tree);
        var started = new TaskCompletionSource<ISandboxRun>(TaskCreationOptions.RunContinuationsAsynchronously);
        new Thread(() => Own(ground, job, output, started, cancel), maxStackSize: 256 * 1024) { IsBackground = true, Name = "task" }.Start();
        return await started.Task;
    }

    // The attempt's one thread.
    private void Own(BubblewrapGround ground, SandboxJob job, ISandboxOutput output, TaskCompletionSource<ISandboxRun> started, CancellationToken cancel)
    {
        BubblewrapRun run;
        try
        {
            run = Begin(ground, job, output, cancel);
        }
        catch (Exception failure)
        {
            _live.TryRemove(job.Attempt, out _);
            started.SetException(failure is IOException or UnauthorizedAccessException or Win32Exception
                ? new SandboxUnavailableException($"The attempt {job.Attempt} could not be started: {failure.Message.TrimEnd('.')}.", failure)
                : failure);
            return;
        }

        started.SetResult(run);
        try
        {
            if (!run.SeeThrough())
            {
                LogStuck(job.Attempt);
            }
        }
        catch (Exception failure)
        {
            // Nothing of one attempt may end the whole node with all the others.
            LogBroken(job.Attempt, failure);
            run.Fail(failure);
        }

        _live.TryRemove(job.Attempt, out _);
    }

    private BubblewrapRun Begin(BubblewrapGround ground, SandboxJob job, ISandboxOutput output, CancellationToken cancel)
    {
        var stage = Stage.Shared;
        var rules = EgressRules.Of(job.Egress, _options);
        if (rules is not null && NamespaceListener.Missing is { } missing)
        {
            throw new SandboxUnavailableException(missing);
        }

        var place = new WorkPlace(job, stage);
        var cgroup = ground.Tree.Of(job.Attempt);
        Bubble? bubble = null;
        EgressProxy? proxy = null;
        try
        {
            cgroup.Create(job.Limits, OwnProcesses);
            bubble = Bubble.Start(ground.Program, Arguments(job, place, stage, rules is not null), place, job, _marker, cgroup.Join);
            if (place.InMemory || rules is not null)
            {
                proxy = Enter(bubble, place, rules, stage);
            }

            cancel.ThrowIfCancellationRequested();
            var run = new BubblewrapRun(new BubblewrapParts(job, bubble, proxy, cgroup, place), output, _time);
            run.Release();
            return run;
        }
        catch
        {
            bubble?.Dispose();
            proxy?.Dispose();
            _ = CgroupEnd.Remove(cgroup, _time);
            place.Dispose();
            throw;
        }
    }

    private EgressProxy? Enter(Bubble bubble, WorkPlace place, EgressRules? rules, Stage stage)
    {
        bubble.AwaitMounts();
        try
        {
            if (place.InMemory)
            {
                place.Take(bubble.First.Pid);
            }

            return rules is null ? null
                : new EgressProxy(NamespaceListener.Open(bubble.First.Pid, EgressProxy.Port, stage.Root), rules, Route, _options, _time);
        }
        catch (Win32Exception)
        {
            throw bubble.GivenUp();
        }
    }

    private BubblewrapArguments Arguments(SandboxJob job, WorkPlace place, Stage stage, bool network) => new()
    {
        Root = stage.Always(_root.Current()),
        ReadOnly = [.. _root.Mounts.Select(path => (stage.Always(path), path))],
        Work = place.Shown?.Path,
        Limits = job.Limits,
        Environment = TaskEnvironment.Of(job, "/work", network ? EgressProxy.Address : null),
        Handles = default,
    };

    [LoggerMessage(LogLevel.Information, "Ended {Attempts} attempts that an earlier process of this node had left, with {Processes} processes")]
    private partial void LogReaped(int attempts, int processes);

    [LoggerMessage(LogLevel.Warning, "Processes of {Attempt} do not die; the machine may have a disk that does not answer. They are ended when the node starts again")]
    private partial void LogStuck(string attempt);

    [LoggerMessage(LogLevel.Error, "{Attempt} could not be seen through to its end; what is left of it is removed when the node starts again")]
    private partial void LogBroken(string attempt, Exception failure);
}
