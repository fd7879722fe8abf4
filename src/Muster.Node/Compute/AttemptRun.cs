using System.Security.Cryptography;
using System.Text;
using Google.Protobuf;
using Microsoft.Extensions.Logging;
using Muster.Node.Compute.Agents;
using Muster.Node.Sandbox.Tasks;
using Muster.Protocol.Archives;
using Muster.Protocol.Wire;

namespace Muster.Node.Compute;

/// <summary>One attempt from its lease to its result: folder, inputs, command, outputs, log.</summary>
internal sealed partial class AttemptRun(ComputeKit kit, Lease lease, Work work) : IDisposable
{
    private const int ShortLog = 8 << 10;
    private readonly CancellationTokenSource _stop = new();

    // A task that is stopped still brings what it has; a node that stops does not wait for that.
    private readonly CancellationTokenSource _abandon = new();
    private readonly Lock _gate = new();
    private readonly TaskClock _clock = new(kit.Time);
    private readonly TaskMessages _messages = new(kit.Time);
    private ISandboxRun? _run;
    private bool _frozen;
    private bool _halted;
    private bool _over;
    private string _stopReason = "";
    private volatile bool _abandoned;
    private Task _frozenLast = Task.CompletedTask;
    private Task _ended = Task.CompletedTask;

    public AttemptRef Ref => lease.Ref;

    public string Name { get; } = AttemptNames.Of(work, lease.Ref);

    public Work Work => work;

    /// <summary>Null before its command runs.</summary>
    public SandboxUsage? Usage => work.Runtime == "agent"
        ? new SandboxUsage(0, 0, _clock.Spent.TotalSeconds, 0, 0)
        : Volatile.Read(ref _run)?.Usage();

    /// <summary>Runs it to its end, which is told once. Does not throw.</summary>
    public void Start(Action<AttemptResult> ended) => _ended = Task.Run(async () =>
    {
        var result = await RunAsync();
        if (!_abandoned)
        {
            ended(result);
        }
    });

    public void Obey(string action, string reason)
    {
        switch (action)
        {
            case "stop" or "forget":
                Stop(reason);
                break;
            case "freeze":
                Freeze(hub: true);
                break;
            case "thaw":
                Freeze(hub: false);
                break;
        }
    }

    /// <summary>To its agent: all that was said up to now.</summary>
    public void Say(IEnumerable<AttemptMessage> messages) => _messages.Add(messages);

    /// <summary>The machine's owner needs it, or does not any more; the hub is not asked. An agent's task goes on: what it does with commands is halted by nothing.</summary>
    public void Halt(bool halt) => Freeze(owner: halt);

    /// <summary>Once it has told its end.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _over = true;
            _stop.Dispose();
            _abandon.Dispose();
            _clock.Dispose();
        }
    }

    /// <summary>The node stops: ends what runs and tells nobody, as the next start will.</summary>
    public async Task AbandonAsync()
    {
        _abandoned = true;
        Stop("", _abandon);
        await _ended;
        Dispose();
    }

    private void Stop(string reason, CancellationTokenSource? also = null)
    {
        lock (_gate)
        {
            if (!_over)
            {
                _stopReason = reason;
                _stop.Cancel();
                also?.Cancel();
            }
        }
    }

    private async Task<AttemptResult> RunAsync()
    {
        var result = new AttemptResult { Ref = lease.Ref, JobId = work.JobId, StartedAt = kit.Now / 1000.0 };
        try
        {
            using var folder = kit.Folders.Make(Name);
            using var log = new AttemptLogBook(lease.Ref, folder.LogFile, kit.Tell, kit.Time);
            await RunAsync(result, folder, log);
            log.Dispose();
            await KeepLogAsync(result, folder, log);
        }
        catch (ArchiveException error)
        {
            (result.Outcome, result.Error, result.ExitCode) = ("failed", error.Message, result.ExitCode == 0 ? 1 : result.ExitCode);
        }
        catch (AttemptException error)
        {
            (result.Outcome, result.Error) = (error.Refused ? "refused" : "failed", error.Message);
            result.ExitCode = result.ExitCode == 0 ? 1 : result.ExitCode;
        }
        catch (OperationCanceledException)
        {
            (result.Outcome, result.Error) = ("stopped", _stopReason);
        }
        catch (Exception error)
        {
            // Whatever it was, the hub waits to hear of an end: another machine may do better.
            LogRefused(kit.Logger, Name, error.Message, error);
            (result.Outcome, result.Error) = ("refused", $"{kit.NodeName} could not run it: {error.Message}");
        }

        return result;
    }

    private async Task RunAsync(AttemptResult result, AttemptFolder folder, AttemptLogBook log)
    {
        await using var inputs = work.HasInputs ? await kit.Files.FetchAsync(lease.Ref, folder.Work, (long)work.DiskBytes, _stop.Token) : null;
        if (work.Package.Length > 0)
        {
            await Commands.UnpackAsync(work.Package, folder.Work, (long)work.DiskBytes, _stop.Token);
        }

        using var place = await kit.Room.EnterAsync(work, _stop.Token);
        if (work.Runtime == "agent")
        {
            await RunAgentAsync(result, folder, log);
            return;
        }

        var package = work is { Package.Length: > 0, Outputs.Count: 0 } ? new PackageResult(folder, work, kit.Time) : null;
        package?.Note($"attempt {lease.Ref.Attempt} of {work.JobId} on {kit.NodeName} runs {work.Entry}");
        var command = Commands.Of(work, lease, folder.Work);
        var sandbox = Sandbox();
        if (sandbox.Level == IsolationLevel.None)
        {
            LogUnsandboxed(kit.Logger, Name);
        }

        await using var run = await sandbox.StartAsync(Job(command, folder.Work), log, _stop.Token);
        Running(run);
        await using var stopping = _stop.Token.Register(() => _ = run.StopAsync(_stopReason));
        var outcome = await run.Outcome;
        Describe(result, outcome);
        if (package is not null)
        {
            log.Save();
            var file = await package.PackAsync(run.WorkFolder, result, _abandon.Token);
            result.Outputs.Add(await kit.Files.StoreAsync(lease.Ref, PackageResult.Name, file, _abandon.Token));
        }
        else if (result.Outcome != "lost" && work.Outputs.Count > 0)
        {
            await CollectAsync(result, run.WorkFolder, log);
        }

        result.OutputsHash = UnsafeByteOperations.UnsafeWrap(HashOf(result.Outputs));
    }

    private async Task RunAgentAsync(AttemptResult result, AttemptFolder folder, AttemptLogBook log)
    {
        if (work is { HasInputs: false, Outputs.Count: 0 })
        {
            await kit.Agents.RunAsync(result, work, _clock, log, _messages, _stop.Token);
            return;
        }

        var files = kit.Agents.FilesOf(work, lease);
        try
        {
            await files.BringAsync(folder.Work, _stop.Token);
            await kit.Agents.RunAsync(result, work, _clock, log, _messages, _stop.Token, files);
            if (work.Outputs.Count > 0)
            {
                await files.GatherAsync(folder.Handed, log.Say, _abandon.Token);
                await CollectAsync(result, folder.Handed, log);
            }
        }
        finally
        {
            files.Clear(log.Say);
        }
    }

    private SandboxJob Job(IReadOnlyList<string> command, string folder) => new()
    {
        Attempt = Name,
        Command = command,
        Environment = new TaskText(lease, work).Environment(),
        WorkFolder = folder,
        OwnersOwn = work.Owner,
        Egress = work.Network.Count == 0 ? EgressPolicy.None : work.Network.Contains("*") ? EgressPolicy.Open : EgressPolicy.AllowList([.. work.Network]),
        Limits = new SandboxLimits
        {
            Cpus = work.Cpu, MemoryBytes = (long)work.MemoryBytes, DiskBytes = (long)work.DiskBytes, Timeout = TimeSpan.FromSeconds(work.TimeoutSeconds),
        },
        Container = work.Runtime == "container" ? new ContainerRequest(work.Image, Pull(), Gpus()) : null,
    };

    /// <summary>The level that the task means: never another one, be it more or less.</summary>
    private ITaskSandbox Sandbox()
    {
        var level = (work.Runtime, work.Isolation) switch
        {
            ("container", _) => IsolationLevel.Container,
            (_, "container") => throw new AttemptException("A process task runs in the process sandbox: ask for isolation process, or use runtime container.", refused: false),
            (_, "process" or "") => IsolationLevel.Process,
            (_, "none") => IsolationLevel.None,
            _ => throw new AttemptException($"{kit.NodeName} does not know the isolation \"{work.Isolation}\": its program is too old for that.", refused: true),
        };
        // The hub sends no such task here. Were it wrong, it would be the machine that pays for it.
        if (level == IsolationLevel.None && !work.Owner)
        {
            throw new AttemptException($"{kit.NodeName} runs without a sandbox nothing but tasks of its own owner.", refused: true);
        }

        return kit.Find(level) ?? throw new AttemptException(
            level == IsolationLevel.None ? $"{kit.NodeName} runs no task without a sandbox: set compute.no_sandbox: true there." : $"{kit.NodeName} has no {level.ToString().ToLowerInvariant()} sandbox now.",
            refused: true);
    }

    private void Running(ISandboxRun run)
    {
        lock (_gate)
        {
            Volatile.Write(ref _run, run);
            if (_frozen || _halted)
            {
                _frozenLast = FreezeAsync(run, frozen: true, _frozenLast);
            }
        }
    }

    private void Freeze(bool? hub = null, bool? owner = null)
    {
        lock (_gate)
        {
            if (hub is { } paused)
            {
                _clock.Pause(paused);
            }

            var before = _frozen || _halted;
            (_frozen, _halted) = (hub ?? _frozen, owner ?? _halted);
            if (_run is { } run && (_frozen || _halted) is var now && now != before)
            {
                _frozenLast = FreezeAsync(run, now, _frozenLast);
            }
        }
    }

    /// <summary>Never fails: a command that cannot be halted goes on, and one that cannot go on is there to be stopped.</summary>
    private async Task FreezeAsync(ISandboxRun run, bool frozen, Task before)
    {
        await before;
        try
        {
            await (frozen ? run.FreezeAsync() : run.ThawAsync());
        }
        catch (Exception failure) when (failure is TimeoutException or IOException)
        {
            LogFreeze(kit.Logger, Name, frozen ? "halted" : "let go on", failure);
        }
    }

    private void Describe(AttemptResult result, SandboxOutcome outcome)
    {
        result.ExitCode = outcome.ExitCode;
        result.Error = outcome.Detail ?? "";
        result.Outcome = outcome.End switch
        {
            SandboxEnd.Exited => outcome.ExitCode == 0 ? "succeeded" : "failed",
            SandboxEnd.TimedOut => "timed_out",
            SandboxEnd.Stopped => "stopped",
            SandboxEnd.OutOfMemory => "out_of_memory",
            SandboxEnd.OutOfDisk => "out_of_disk",
            SandboxEnd.Lost => "lost",
            _ => "failed",
        };
        result.Usage = UseOf(outcome.Usage, work);
    }

    public static ResourceUse UseOf(SandboxUsage use, Work work) => new()
    {
        CpuSeconds = use.CpuSeconds, PeakMemoryBytes = (ulong)use.PeakMemoryBytes, WallSeconds = use.WallSeconds, BytesIn = (ulong)use.BytesIn,
        BytesOut = (ulong)use.BytesOut, GpuSeconds = work.Gpu * use.WallSeconds,
    };

    private async Task CollectAsync(AttemptResult result, string folder, AttemptLogBook log)
    {
        var patterns = work.Outputs.Select(new TaskText(lease, work).Fill).ToList();
        var collected = await kit.Files.CollectAsync(lease.Ref, folder, patterns, _abandon.Token);
        result.Outputs.Add(collected.Outputs);
        foreach (var skipped in collected.Skipped)
        {
            log.Say(skipped);
        }

        if (result.Outcome == "succeeded" && collected.Unmatched.FirstOrDefault(pattern => !pattern.Contains('*', StringComparison.Ordinal)) is { } missing)
        {
            (result.Outcome, result.ExitCode) = ("failed", 1);
            result.Error = $"It ended well, but did not write {missing}, which its outputs name.";
        }
    }

    private async Task KeepLogAsync(AttemptResult result, AttemptFolder folder, AttemptLogBook log)
    {
        if (log.Short(ShortLog) is { } text)
        {
            result.LogText = UnsafeByteOperations.UnsafeWrap(text);
            result.Log = new Output { Path = "log", Sha256 = ByteString.CopyFrom(SHA256.HashData(text)), Size = (ulong)text.Length };
        }
        else
        {
            result.Log = await kit.Files.StoreAsync(lease.Ref, "log", folder.LogFile, _abandon.Token);
        }
    }

    private PullPolicy Pull() => work.Pull switch
    {
        "always" => PullPolicy.Always,
        "never" => PullPolicy.Never,
        _ => PullPolicy.Missing,
    };

    private IReadOnlyList<string> Gpus() => [.. Enumerable.Range(0, (int)Math.Min(work.Gpu, 64)).Select(gpu => $"{gpu}")];

    /// <summary>What two copies of a task must have in common: names and contents of what they wrote.</summary>
    private static byte[] HashOf(IEnumerable<Output> outputs)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var output in outputs.OrderBy(output => output.Path, StringComparer.Ordinal))
        {
            hash.AppendData(Encoding.UTF8.GetBytes(output.Path));
            hash.AppendData([0]);
            hash.AppendData(output.Sha256.Span);
        }

        return hash.GetHashAndReset();
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Attempt} runs without a sandbox, as its user owns this machine")]
    private static partial void LogUnsandboxed(ILogger logger, string attempt);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Attempt} could not be run: {Why}")]
    private static partial void LogRefused(ILogger logger, string attempt, string why, Exception error);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Attempt} could not be {What}")]
    private static partial void LogFreeze(ILogger logger, string attempt, string what, Exception failure);
}
