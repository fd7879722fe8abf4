using System.Diagnostics;
using System.Globalization;
using Muster.Node.Folders;
using Muster.Node.Sandbox.Tasks.Runs;
using Muster.Node.Sandbox.Tasks.Work;
using Muster.Protocol.Jobs;

namespace Muster.Node.Sandbox.Tasks.Host;

/// <summary>An attempt without isolation, from its start until nothing of it is left that can be found.</summary>
internal sealed class HostRun : ISandboxRun
{
    private const int Stop = 19;
    private const int Continue = 18;
    private const int FileTooLarge = 128 + 25;
    private static readonly TimeSpan _watch = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan _drain = TimeSpan.FromSeconds(2);
    private const int StrayLooks = 200;
    private const int QuietLooks = 4;
    private static readonly TimeSpan _strayPause = TimeSpan.FromMilliseconds(10);

    private readonly LaunchPlan _plan;
    private readonly SandboxJob _job;
    private readonly TimeProvider _time;
    private readonly ProcessThread _thread;
    private readonly RunClock _clock;
    private readonly ITimer _watcher;
    private readonly Lock _gate = new();
    private readonly Lock _writing = new();
    private readonly TaskCompletionSource<SandboxOutcome> _outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private RunEnd? _end;
    private Exception? _failure;
    private bool _over;
    private double _cpu;
    private long _memory;

    public HostRun(LaunchPlan plan, SandboxJob job, ISandboxOutput output, TimeProvider time)
    {
        (_plan, _job, _time) = (plan, job, time);
        _clock = new RunClock(time, job.Limits.Timeout, () => End(RunEnd.TimedOut(job.Limits.Timeout), job.Limits.Grace));
        _watcher = time.CreateTimer(_ => Watch(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _thread = new ProcessThread(plan, (bytes, last) => Write(output, stderr: false, bytes, last), (bytes, last) => Write(output, stderr: true, bytes, last));
    }

    public Task<SandboxOutcome> Outcome => _outcome.Task;

    public string WorkFolder => _job.WorkFolder;

    // There once it has started, and nothing happens before.
    private Process Process => _thread.Started.Result;

    private ProcessTree Tree => new(Process.Id, _plan.Marker);

    public async Task StartAsync()
    {
        try
        {
            _ = await _thread.Started;
        }
        catch
        {
            _clock.Dispose();
            await _watcher.DisposeAsync();
            throw;
        }

        _clock.Go();
        _watcher.Change(_watch, Timeout.InfiniteTimeSpan);
        _ = SeeThroughAsync();
    }

    public Task FreezeAsync()
    {
        _clock.Halt();
        Signal(Stop);
        return Task.CompletedTask;
    }

    public Task ThawAsync()
    {
        Signal(Continue);
        _clock.Go();
        return Task.CompletedTask;
    }

    public Task StopAsync(string reason)
    {
        End(new RunEnd(SandboxEnd.Stopped, reason), _job.Limits.Grace);
        return Outcome;
    }

    public SandboxUsage Usage()
    {
        lock (_gate)
        {
            return new SandboxUsage(_cpu, _memory, _clock.Elapsed.TotalSeconds, 0, 0);
        }
    }

    public async ValueTask DisposeAsync()
    {
        End(new RunEnd(SandboxEnd.Stopped, "The node gave it up."), TimeSpan.Zero);
        await Task.WhenAny(Outcome);
        Process.Dispose();
    }

    /// <summary>Whoever left the tree is ended as well, and waited for: one that forks while it is looked for is found the next time.</summary>
    private async Task EndStraysAsync()
    {
        var quiet = 0;
        for (var look = 0; look < StrayLooks && quiet < QuietLooks; look++)
        {
            quiet = Tree.Signal(Libc.Kill, rootIsGone: true) > 0 ? 0 : quiet + 1;
            await Task.Delay(_strayPause, _time);
        }
    }

    private async Task SeeThroughAsync()
    {
        await Process.WaitForExitAsync();
        _clock.Halt();
        if (OperatingSystem.IsLinux())
        {
            await EndStraysAsync();
        }

        await Task.WhenAny(_thread.Closed, Task.Delay(_drain, _time));
        RunEnd end;
        lock (_gate)
        {
            _over = true;
            end = _end ?? (Process.ExitCode == FileTooLarge
                ? RunEnd.OutOfDisk($"One of its files would have become larger than the {new ByteSize(_job.Limits.DiskBytes)} of its disk limit.")
                : new RunEnd(SandboxEnd.Exited, null));
        }

        _clock.Dispose();
        await _watcher.DisposeAsync();
        if (_failure is not null)
        {
            _outcome.SetException(_failure);
        }
        else
        {
            _outcome.SetResult(new SandboxOutcome(end.End, Process.ExitCode, Usage(), end.Detail));
        }
    }

    private void Write(ISandboxOutput output, bool stderr, ReadOnlySpan<byte> bytes, bool last)
    {
        lock (_writing)
        {
            if (last || _failure is not null)
            {
                return;
            }

            try
            {
                output.Write(stderr, bytes);
            }
            catch (Exception failure)
            {
                _failure = failure;
            }
        }

        if (_failure is not null)
        {
            End(new RunEnd(SandboxEnd.Stopped, "Its output could not be kept."), TimeSpan.Zero);
        }
    }

    private void End(RunEnd end, TimeSpan grace)
    {
        lock (_gate)
        {
            if (_over || (_end is not null && grace > TimeSpan.Zero))
            {
                return;
            }

            _end ??= end;
        }

        if (grace > TimeSpan.Zero && OperatingSystem.IsLinux())
        {
            Signal(Libc.Terminate);
            Signal(Continue);
            _ = KillAfterAsync(grace);
        }
        else
        {
            Kill();
        }
    }

    private async Task KillAfterAsync(TimeSpan grace)
    {
        using var ended = new CancellationTokenSource();
        if (await Task.WhenAny(Outcome, Task.Delay(grace, _time, ended.Token)) != Outcome)
        {
            Kill();
        }

        await ended.CancelAsync();
    }

    private void Kill()
    {
        if (OperatingSystem.IsLinux())
        {
            Signal(Libc.Kill);
        }
        else
        {
            Process.Kill(entireProcessTree: true);
        }
    }

    private void Signal(int signal)
    {
        if (!OperatingSystem.IsLinux())
        {
            throw new SandboxUnavailableException("Tasks without isolation can be halted on Linux only.");
        }

        lock (_gate)
        {
            // Once it is over its number may be another's.
            if (!_over)
            {
                _ = Tree.Signal(signal, rootIsGone: Process.HasExited);
            }
        }
    }

    private void Watch()
    {
        var start = _time.GetTimestamp();
        Measure();
        if (_memory > _job.Limits.MemoryBytes)
        {
            End(RunEnd.OutOfMemory(_job.Limits), TimeSpan.Zero);
        }
        else if (Libc.Supported && FolderUse.Over(_job.WorkFolder, _job.Limits.DiskBytes) is { } full)
        {
            End(RunEnd.OutOfDisk(full), TimeSpan.Zero);
        }
        else
        {
            var pause = _time.GetElapsedTime(start) * 4;
            _watcher.Change(pause > _watch ? pause : _watch, Timeout.InfiniteTimeSpan);
        }
    }

    // Fields of stat after the name: 11 to 14 are the processor's ticks, with those of children that were waited for; 21 is the memory's pages.
    private void Measure()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        var (ticks, pages) = (0L, 0L);
        foreach (var stat in Tree.Members(Process.HasExited).Select(ProcessFiles.Stat).OfType<string[]>())
        {
            ticks += stat[11..15].Sum(Number);
            pages += Number(stat[21]);
        }

        lock (_gate)
        {
            _cpu = Math.Max(_cpu, ticks / 100.0);
            _memory = Math.Max(_memory, pages * Environment.SystemPageSize);
        }
    }

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}
