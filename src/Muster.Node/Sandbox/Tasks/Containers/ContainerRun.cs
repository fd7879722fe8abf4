using Microsoft.Extensions.Logging;
using Muster.Node.Folders;
using Muster.Node.Sandbox.Tasks.Runs;
using Muster.Node.Sandbox.Tasks.Work;

namespace Muster.Node.Sandbox.Tasks.Containers;

/// <summary>An attempt in its container, from its start until nothing of it is left.</summary>
internal sealed class ContainerRun : ISandboxRun
{
    private const int Continue = 18;
    private static readonly TimeSpan _watch = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan _settle = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan _drain = TimeSpan.FromSeconds(2);

    private readonly ContainerParts _parts;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly FramePump _pump;
    private readonly RunClock _clock;
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _over = new();
    private readonly TaskCompletionSource _killed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<SandboxOutcome> _outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _ending = Task.CompletedTask;
    private RunEnd? _end;
    private SandboxUsage? _final;
    private int _first;
    private bool _frozen;

    public ContainerRun(ContainerParts parts, ISandboxOutput output, TimeProvider time, ILogger logger)
    {
        (_parts, _time, _logger) = (parts, time, logger);
        _pump = new FramePump(parts.Frames, output);
        _clock = new RunClock(time, parts.Job.Limits.Timeout, () => End(RunEnd.TimedOut(parts.Job.Limits.Timeout), parts.Job.Limits.Grace));
    }

    public Task<SandboxOutcome> Outcome => _outcome.Task;

    public string WorkFolder => _parts.Job.WorkFolder;

    private EngineClient Engine => _parts.Engine.Client;

    /// <summary>It has just been started.</summary>
    /// <param name="first">Its first process; 0 when it has ended already.</param>
    public void Go(int first)
    {
        _clock.Go();
        _first = first;
        _parts.Group.Find(first, _parts.Id!);
        _ = SeeThroughAsync();
    }

    public async Task FreezeAsync()
    {
        _clock.Halt();
        await SetAsync(frozen: true);
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
            if (_final is null)
            {
                _parts.Group.Measure();
            }

            return _final ?? Used();
        }
    }

    public async ValueTask DisposeAsync()
    {
        End(new RunEnd(SandboxEnd.Stopped, "The node gave it up."), TimeSpan.Zero);
        await Task.WhenAny(Outcome);
    }

    private SandboxUsage Used() => new(
        _parts.Group.CpuSeconds, _parts.Group.PeakMemory, _clock.Elapsed.TotalSeconds, _parts.Holder?.Proxy.BytesIn ?? 0, _parts.Holder?.Proxy.BytesOut ?? 0);

    // Never throws: whatever happens becomes an outcome.
    private async Task SeeThroughAsync()
    {
        var pumping = Task.Run(() => _pump.RunAsync(_over.Token));
        var watching = WatchAsync();
        var (code, lost) = await EndedAsync(pumping);
        _clock.Halt();
        lock (_gate)
        {
            _parts.Group.Measure();
        }

        await DrainAsync(pumping);
        var outOfMemory = lost is null && await WasOutOfMemoryAsync();
        await _over.CancelAsync();
        _killed.TrySetResult();
        await Task.WhenAll(watching, pumping);
        if (lost is not null)
        {
            KillProcesses();
        }

        await _parts.RemoveAsync(_time, _logger);
        RunEnd end;
        lock (_gate)
        {
            _final = Used();
            _end = end = _end ?? (lost is not null ? new RunEnd(SandboxEnd.Lost, $"{_parts.Engine.Engine} went away while it ran: {lost.TrimEnd('.')}.")
                : ContainerEnd.Of(code, outOfMemory, _parts.Group, _pump.FirstError, _parts.Job));
        }

        await _ending;
        _clock.Dispose();
        _over.Dispose();
        if (_pump.Failure is { } failure)
        {
            _outcome.SetException(failure.SourceException);
        }
        else
        {
            _outcome.SetResult(new SandboxOutcome(end.End, code, _final, end.Detail));
        }
    }

    /// <returns>How it ended, or why that cannot be known.</returns>
    private async Task<(int Code, string? Lost)> EndedAsync(Task pumping)
    {
        var waiting = Engine.WaitAsync(_parts.Id!, _over.Token);
        try
        {
            if (await Task.WhenAny(pumping, waiting) == pumping)
            {
                if (_pump.Failure is not null)
                {
                    End(new RunEnd(SandboxEnd.Stopped, "Its output could not be kept."), TimeSpan.Zero);
                }

                if (await LookAsync(waiting) is { } code)
                {
                    return (code, null);
                }
            }

            // A container that was killed and does not end is one whose engine hangs.
            await Task.WhenAny(waiting, _killed.Task);
            await Task.WhenAny(waiting, Task.Delay(_settle, _time, _over.Token));
            return waiting.IsCompleted ? ((await waiting).StatusCode, null) : (byte.MaxValue, "it does not say that it has ended it");
        }
        catch (EngineException gone)
        {
            return (byte.MaxValue, gone.Message);
        }
    }

    /// <summary>Its streams are closed, so most likely it has ended. Podman tells those who wait late, and those who ask at once.</summary>
    private async Task<int?> LookAsync(Task waiting)
    {
        for (var pause = 5; pause < 1000 && !waiting.IsCompleted; pause *= 2)
        {
            if (await Engine.LookAsync(_parts.Id!, _over.Token) is { Running: false } state)
            {
                return state.ExitCode;
            }

            await Task.WhenAny(waiting, Task.Delay(TimeSpan.FromMilliseconds(pause), _time));
        }

        return null;
    }

    private async Task DrainAsync(Task pumping)
    {
        while (!pumping.IsCompleted)
        {
            var moved = _pump.Moved;
            if (await Task.WhenAny(pumping, Task.Delay(_drain, _time)) != pumping && _pump.Moved == moved && moved % 2 == 0)
            {
                return;
            }
        }
    }

    private async Task<bool> WasOutOfMemoryAsync()
    {
        try
        {
            return (await Engine.StateAsync(_parts.Id!, CancellationToken.None)).OOMKilled;
        }
        catch (EngineException)
        {
            return false;
        }
    }

    private async Task SetAsync(bool frozen)
    {
        lock (_gate)
        {
            if (_final is not null || _end is not null)
            {
                return;
            }

            _frozen = frozen;
        }

        try
        {
            await Engine.PauseAsync(_parts.Id!, frozen, CancellationToken.None);
        }
        catch (EngineException refused)
        {
            throw new IOException($"The container engine: {refused.Message}", refused);
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
            _ending = Task.WhenAll(_ending, grace > TimeSpan.Zero ? TerminateAsync(grace) : KillAsync());
        }
    }

    private async Task TerminateAsync(TimeSpan grace)
    {
        await Task.Yield();
        await TryAsync(async () =>
        {
            await ThawToEndAsync();
            if (!Signal(Libc.Terminate))
            {
                await Engine.KillAsync(_parts.Id!, "SIGTERM", CancellationToken.None);
            }
        });
        await Task.Delay(grace, _time, _over.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await KillAsync();
    }

    private async Task KillAsync()
    {
        await Task.Yield();
        if (_over.IsCancellationRequested)
        {
            return;
        }

        await TryAsync(async () =>
        {
            await ThawToEndAsync();
            await Engine.KillAsync(_parts.Id!, "SIGKILL", CancellationToken.None);
        });
        _killed.TrySetResult();
    }

    // An engine that does not obey leaves what the node can do by itself.
    private async Task TryAsync(Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (EngineException)
        {
            KillProcesses();
        }
    }

    private async Task ThawToEndAsync()
    {
        if (_frozen)
        {
            _frozen = false;
            await Engine.PauseAsync(_parts.Id!, paused: false, CancellationToken.None);
        }
    }

    /// <returns>Whether it reached all but the first, which only hands signals on.</returns>
    private bool Signal(int signal)
    {
        lock (_gate)
        {
            var others = _parts.Group.Processes().Where(pid => pid != _first).ToList();
            var reached = others.Count(pid => Libc.kill(pid, signal) == 0);
            others.ForEach(pid => _ = Libc.kill(pid, Continue));
            return others.Count > 0 && reached > 0;
        }
    }

    private void KillProcesses()
    {
        lock (_gate)
        {
            foreach (var pid in _parts.Group.Processes())
            {
                _ = Libc.kill(pid, Libc.Kill);
            }
        }
    }

    private async Task WatchAsync()
    {
        var pause = _watch;
        while (true)
        {
            await Task.Delay(pause, _time, _over.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (_over.IsCancellationRequested)
            {
                return;
            }

            var start = _time.GetTimestamp();
            bool memory;
            lock (_gate)
            {
                _parts.Group.Measure();
                memory = _parts.Group.OutOfMemoryKills > 0;
            }

            if (memory)
            {
                End(RunEnd.OutOfMemory(_parts.Job.Limits), TimeSpan.Zero);
            }
            else if (FolderUse.Over(_parts.Job.WorkFolder, _parts.Job.Limits.DiskBytes) is { } full)
            {
                End(RunEnd.OutOfDisk(full), TimeSpan.Zero);
            }

            // A large tree takes long to count; that must stay a small part of the machine's time.
            var spent = _time.GetElapsedTime(start) * 4;
            pause = spent > _watch ? spent : _watch;
        }
    }
}
