using System.Collections.Concurrent;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using Muster.Node.Folders;
using Muster.Node.Sandbox.Tasks.Cgroups;
using Muster.Node.Sandbox.Tasks.Egress;
using Muster.Node.Sandbox.Tasks.Work;

namespace Muster.Node.Sandbox.Tasks.Containers;

/// <summary>The level <see cref="IsolationLevel.Container"/>: an image under Docker or Podman, which hold its limits.</summary>
internal sealed partial class ContainerSandbox : ITaskSandbox
{
    private static readonly TimeSpan _failureHolds = TimeSpan.FromMinutes(5);
    private readonly TaskSandboxOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly string _node;
    private readonly ContainerGroups _groups;
    private readonly ContainerCheck _check;
    private readonly ConcurrentDictionary<string, bool> _live = new(StringComparer.Ordinal);
    private TriedEgress? _egress;

    public ContainerSandbox(TaskSandboxOptions options, TimeProvider time, ILogger<ContainerSandbox> logger)
    {
        (_options, _time, _logger) = (options, time, logger);
        _node = CgroupSearch.Name(options.Home);
        _groups = new ContainerGroups(options.Home, OperatingSystem.IsLinux() ? CgroupMounts.OfThisProcess() : new CgroupMounts("", ""), time);
        _check = new ContainerCheck(options, time, StartAsync, ClearAsync);
    }

    public IsolationLevel Level => IsolationLevel.Container;

    internal EgressRoute Route { get; init; } = EgressRoute.Real;

    public Task<SandboxStatus> CheckAsync(CancellationToken cancel) => _check.GetAsync(cancel);

    public async Task<SandboxStatus> CheckEgressAsync(CancellationToken cancel)
    {
        var status = await CheckAsync(cancel);
        if (!status.Works || _check.Found is not { } engine)
        {
            return status;
        }

        if (_egress is not { } known || known.Engine != engine || (!known.Status.Works && _time.GetElapsedTime(known.At) > _failureHolds))
        {
            _egress = known = new TriedEgress(engine, await TryEgressAsync(engine, cancel), _time.GetTimestamp());
        }

        return known.Status;
    }

    public async Task<ISandboxRun> StartAsync(SandboxJob job, ISandboxOutput output, CancellationToken cancel)
    {
        SandboxJobCheck.Throw(job);
        if (job.Container is null)
        {
            throw new SandboxUnavailableException("The isolation `container` needs an image. Name one with `image`.");
        }

        var status = await CheckAsync(cancel);
        return _check.Found is { } engine && status.Works
            ? await StartAsync(engine, job, output, cancel)
            : throw new SandboxUnavailableException(status.Sentence);
    }

    public async Task<int> ReapAsync(CancellationToken cancel)
    {
        // What an engine that does not answer holds is cleared when it does.
        using var engine = await FindAsync(cancel);
        return await ClearAsync(engine, cancel);
    }

    private async Task<FoundEngine?> FindAsync(CancellationToken cancel)
    {
        try
        {
            return OperatingSystem.IsLinux() ? await EngineSearch.FindAsync(_options.EngineSocket, _time, cancel) : null;
        }
        catch (SandboxUnavailableException)
        {
            return null;
        }
    }

    private async Task<int> ClearAsync(FoundEngine? engine, CancellationToken cancel)
    {
        var attempts = new HashSet<string>(StringComparer.Ordinal);
        foreach (var container in engine is null ? [] : await engine.Client.ListAsync(_node, cancel))
        {
            if (container.Labels?.GetValueOrDefault(ContainerPlan.AttemptLabel) is { } attempt && !_live.ContainsKey(attempt))
            {
                await engine!.Client.RemoveAsync(container.Id, cancel);
                attempts.Add(attempt);
            }
        }

        if (OperatingSystem.IsLinux())
        {
            attempts.UnionWith(_groups.End(_live.ContainsKey));
        }

        if (attempts.Count > 0)
        {
            LogReaped(attempts.Count);
        }

        return attempts.Count;
    }

    private async Task<ISandboxRun> StartAsync(FoundEngine engine, SandboxJob job, ISandboxOutput output, CancellationToken cancel)
    {
        if (!_live.TryAdd(job.Attempt, true))
        {
            throw new SandboxUnavailableException($"The attempt {job.Attempt} runs already.");
        }

        try
        {
            var run = await BeginAsync(engine, job, output, cancel);
            _ = run.Outcome.ContinueWith(_ => _live.TryRemove(job.Attempt, out bool _), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            return run;
        }
        catch (Exception failure)
        {
            _live.TryRemove(job.Attempt, out _);
            throw failure is EngineException or IOException or UnauthorizedAccessException
                ? new SandboxUnavailableException($"The attempt {job.Attempt} could not be started: {engine.Engine} says: {failure.Message.TrimEnd('.')}.", failure)
                : failure;
        }
    }

    private async Task<ContainerRun> BeginAsync(FoundEngine engine, SandboxJob job, ISandboxOutput output, CancellationToken cancel)
    {
        var rules = EgressRules.Of(job.Egress, _options);
        WorkHandover.Give(job.WorkFolder);
        var image = await EngineImages.GetAsync(engine.Client, job.Container!, _time, cancel);
        if (job.Command.Count == 0 && image.Config is { Entrypoint: null or { Count: 0 }, Cmd: null or { Count: 0 } })
        {
            throw new SandboxUnavailableException($"The image {job.Container!.Image} has no command of its own. Name one with `command`.");
        }

        var plan = new ContainerPlan(engine, _options, _node);
        await plan.PrepareAsync(cancel);
        var parts = new ContainerParts(job, engine, _groups.Of(job.Attempt, own: engine.MakesGroups && Libc.geteuid() == 0));
        try
        {
            parts.Group.Make();
            parts.Holder = rules is null ? null : await HoldAsync(parts, plan, rules, cancel);
            parts.Id = await engine.Client.CreateAsync($"{_node}-{job.Attempt}", plan.Task(job, image, parts.Group.Parent, parts.Holder?.Id), cancel);
            (parts.Answer, parts.Frames) = await engine.Client.AttachAsync(parts.Id, cancel);
            var run = new ContainerRun(parts, output, _time, _logger);
            await engine.Client.StartAsync(parts.Id, cancel);
            run.Go((await engine.Client.LookAsync(parts.Id, CancellationToken.None))?.Pid ?? 0);
            LogStarted(job.Attempt, job.Container!.Image, image.Digest);
            return run;
        }
        catch
        {
            await parts.RemoveAsync(_time, _logger);
            throw;
        }
    }

    private async Task<NetworkHolder> HoldAsync(ContainerParts parts, ContainerPlan plan, EgressRules rules, CancellationToken cancel)
    {
        if (NamespaceListener.Missing is { } missing)
        {
            throw new SandboxUnavailableException(missing);
        }

        var holder = plan.Holder(parts.Job, await HelperImage.EnsureAsync(parts.Engine.Client, cancel), parts.Group.Parent);
        return await NetworkHolder.OpenAsync(
            parts.Engine, ($"{_node}-{parts.Job.Attempt}-net", holder), socket => new EgressProxy(socket, rules, Route, _options, _time), cancel);
    }

    private async Task<SandboxStatus> TryEgressAsync(FoundEngine engine, CancellationToken cancel)
    {
        var job = new SandboxJob
        {
            Attempt = "check-network-" + RandomNumberGenerator.GetHexString(12, lowercase: true), Command = [], WorkFolder = _options.Home,
            Limits = new SandboxLimits { Cpus = 1, MemoryBytes = 64 << 20, DiskBytes = 1 << 20, Timeout = TimeSpan.FromSeconds(20) },
        };
        var parts = new ContainerParts(job, engine, _groups.Of(job.Attempt, own: false));
        try
        {
            var plan = new ContainerPlan(engine, _options, _node);
            await plan.PrepareAsync(cancel);
            parts.Holder = await HoldAsync(parts, plan, new EgressRules([]), cancel);
            return new SandboxStatus(true, "Containers reach the hosts that their jobs name, through a proxy of the node.");
        }
        catch (Exception failure) when (failure is SandboxUnavailableException or EngineException)
        {
            return new SandboxStatus(false, $"Containers get no network: {failure.Message.TrimEnd('.')}.");
        }
        finally
        {
            await parts.RemoveAsync(_time, _logger);
        }
    }

    [LoggerMessage(LogLevel.Information, "Removed the containers of {Attempts} attempts that an earlier process of this node had left")]
    private partial void LogReaped(int attempts);

    [LoggerMessage(LogLevel.Information, "{Attempt} runs in a container of {Image}, which is {Digest}")]
    private partial void LogStarted(string attempt, string image, string digest);

    private sealed record TriedEgress(FoundEngine Engine, SandboxStatus Status, long At);
}
