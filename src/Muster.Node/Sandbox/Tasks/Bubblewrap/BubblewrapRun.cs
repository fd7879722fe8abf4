using Muster.Node.Folders;
using Muster.Node.Sandbox.Tasks.Cgroups;
using Muster.Node.Sandbox.Tasks.Egress;
using Muster.Node.Sandbox.Tasks.Native;
using Muster.Node.Sandbox.Tasks.Runs;
using Muster.Node.Sandbox.Tasks.Work;

namespace Muster.Node.Sandbox.Tasks.Bubblewrap;

/// <summary>What one attempt holds on the machine.</summary>
internal sealed record BubblewrapParts(SandboxJob Job, Bubble Bubble, EgressProxy? Proxy, ICgroup Cgroup, WorkPlace Place);

/// <summary>An attempt in its sandbox, from the release of its command until nothing of it is left.</summary>
internal sealed class BubblewrapRun : ISandboxRun
{
    private const int Continue = 18;
    private static readonly TimeSpan _watch = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan _settle = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan _drain = TimeSpan.FromSeconds(2);

    private readonly BubblewrapParts _parts;
    private readonly TimeProvider _time;
    private readonly OutputPump _pump;
    private readonly RunClock _clock;
    private readonly ITimer _watcher;
    private readonly Lock _gate = new();
    private readonly TaskCompletionSource<SandboxOutcome> _outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private RunEnd? _end;
    private SandboxUsage? _final;

    public BubblewrapRun(BubblewrapParts parts, ISandboxOutput output, TimeProvider time)
    {
        (_parts, _time) = (parts, time);
        _pump = new OutputPump(parts.Bubble.Stdout, parts.Bubble.Stderr, parts.Bubble.Outside.Handle, output);
        _clock = new RunClock(time, parts.Job.Limits.Timeout, () => End(RunEnd.TimedOut(parts.Job.Limits.Timeout), parts.Job.Limits.Grace));
        _watcher = time.CreateTimer(_ => Watch(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public Task<SandboxOutcome> Outcome => _outcome.Task;

    public string WorkFolder => _parts.Place.Path;

    /// <summary>Lets the command run.</summary>
    public void Release()
    {
        _clock.Go();
        _parts.Bubble.Release();
        _watcher.Change(_watch, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Sees the attempt through; whoever calls it gives it a thread.</summary>
    /// <returns>Whether its control group could be removed.</returns>
    public bool SeeThrough()
    {
        _pump.Run();
        _clock.Halt();
        _parts.Bubble.First.Signal(Libc.Kill);
        // With it the kernel ends all that it started, before it says that it has ended.
        _ = new Waiting(_parts.Bubble.First.Handle).For(_settle);
        if (_pump.Failure is null)
        {
            _pump.Drain(_drain);
        }

        _parts.Proxy?.Dispose();
        // An exit code that is lost is no success.
        var code = _parts.Bubble.Reap() ?? byte.MaxValue;
        bool removed;
        RunEnd end;
        lock (_gate)
        {
            _final = Measure();
            _end = end = _end ?? RunEnd.OfExit(code, _parts.Cgroup.OutOfMemoryKills(), _pump.FirstError, _parts.Job.Limits, _parts.Place);
            removed = CgroupEnd.Remove(_parts.Cgroup, _time);
        }

        _clock.Dispose();
        _watcher.Dispose();
        _parts.Bubble.Dispose();
        _parts.Place.Close();
        if (_pump.Failure is { } failure)
        {
            _outcome.SetException(failure.SourceException);
        }
        else
        {
            _outcome.SetResult(new SandboxOutcome(end.End, end.Code ?? code, _final, end.Detail));
        }

        return removed;
    }

    /// <summary>Whoever called <see cref="SeeThrough"/> could not: the attempt counts as lost, if its end was not known before.</summary>
    public void Fail(Exception failure) => _outcome.TrySetResult(new SandboxOutcome(SandboxEnd.Lost, byte.MaxValue, Usage(), $"The node could not see it through to its end: {failure.Message.TrimEnd('.')}."));

    public async Task FreezeAsync()
    {
        _clock.Halt();
        try
        {
            await SetAsync(frozen: true);
        }
        catch (OperationCanceledException late)
        {
            throw new TimeoutException($"{_parts.Job.Attempt} could not be halted within {_settle.TotalSeconds} s: one of its processes waits for a device.", late);
        }
    }

    public async Task ThawAsync()
    {
        await SetAsync(frozen: false);
        _clock.Go();
    }

    public Task StopAsync(string reason)
    {
        End(new RunEnd(SandboxEnd.Stopped, reason), _parts.Job.Limits.Grace);
        return Outcome;
    }

    public SandboxUsage Usage()
    {
        lock (_gate)
        {
            return _final ?? Measure();
        }
    }

    public async ValueTask DisposeAsync()
    {
        End(new RunEnd(SandboxEnd.Stopped, "The node gave it up."), TimeSpan.Zero);
        await Task.WhenAny(Outcome);
        _parts.Place.Dispose();
    }

    private SandboxUsage Measure() => new(
        _parts.Cgroup.CpuSeconds(), _parts.Cgroup.PeakMemory(), _clock.Elapsed.TotalSeconds,
        _parts.Proxy?.BytesIn ?? 0, _parts.Proxy?.BytesOut ?? 0);

    private async Task SetAsync(bool frozen)
    {
        using var limit = new CancellationTokenSource(_settle, _time);
        while (true)
        {
            lock (_gate)
            {
                if (_final is not null || _end is not null || _parts.Cgroup.Freeze(frozen))
                {
                    return;
                }
            }

            await Task.Delay(TimeSpan.FromMilliseconds(1), _time, limit.Token);
        }
    }

    // The first reason is the one that is told.
    private void End(RunEnd end, TimeSpan grace)
    {
        lock (_gate)
        {
            if (_final is not null || (_end is not null && grace > TimeSpan.Zero))
            {
                return;
            }

            _end ??= end;
            if (grace > TimeSpan.Zero)
            {
                Terminate();
            }
            else
            {
                Kill();
            }
        }

        if (grace > TimeSpan.Zero)
        {
            _ = KillAfterAsync(grace);
        }
    }

    private async Task KillAfterAsync(TimeSpan grace)
    {
        using var ended = new CancellationTokenSource();
        if (await Task.WhenAny(Outcome, Task.Delay(grace, _time, ended.Token)) == Outcome)
        {
            await ended.CancelAsync();
            return;
        }

        lock (_gate)
        {
            if (_final is null)
            {
                Kill();
            }
        }
    }

    private void Terminate()
    {
        _parts.Cgroup.Freeze(frozen: false);
        foreach (var pid in _parts.Cgroup.Processes().Where(pid => pid != _parts.Bubble.First.Pid && pid != _parts.Bubble.Outside.Pid))
        {
            _ = Libc.kill(pid, Libc.Terminate);
            _ = Libc.kill(pid, Continue);
        }
    }

    private void Kill()
    {
        _parts.Bubble.First.Signal(Libc.Kill);
        _parts.Cgroup.Kill();
    }

    private void Watch()
    {
        var start = _time.GetTimestamp();
        bool memory;
        lock (_gate)
        {
            if (_final is not null)
            {
                return;
            }

            memory = _parts.Cgroup.OutOfMemoryKills() > 0;
        }

        if (memory)
        {
            End(RunEnd.OutOfMemory(_parts.Job.Limits), TimeSpan.Zero);
        }
        else if (!_parts.Place.InMemory && _parts.Place.Full() is { } full)
        {
            End(RunEnd.OutOfDisk(full), TimeSpan.Zero);
        }
        else
        {
            // A large tree takes long to count; that must stay a small part of the machine's time.
            var pause = _time.GetElapsedTime(start) * 4;
            _watcher.Change(pause > _watch ? pause : _watch, Timeout.InfiniteTimeSpan);
        }
    }
}
