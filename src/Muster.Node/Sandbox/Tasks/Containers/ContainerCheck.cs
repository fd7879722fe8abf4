using System.Security.Cryptography;
using Muster.Node.Folders;
using Muster.Node.Sandbox.Tasks.Seccomp;
using Muster.Node.Sandbox.Tasks.Work;

namespace Muster.Node.Sandbox.Tasks.Containers;

/// <summary>
/// Says whether tasks can run in containers on this machine: finds the engine, asks what it can limit, and runs a small program in it as a
/// task. A success is asked after again each time, as an engine may stop at any moment.
/// </summary>
internal sealed class ContainerCheck(
    TaskSandboxOptions options, TimeProvider time, Func<FoundEngine, SandboxJob, ISandboxOutput, CancellationToken, Task<ISandboxRun>> start,
    Func<FoundEngine, CancellationToken, Task> clear)
{
    private const string Nothing = "Tasks cannot run in containers";
    private const string Written = "written";
    private static readonly TimeSpan _failureHolds = TimeSpan.FromSeconds(30);
    private readonly Lock _gate = new();
    private Task<SandboxStatus>? _status;
    private long _tried;

    /// <summary>Null while none is usable.</summary>
    public FoundEngine? Found { get; private set; }

    public async Task<SandboxStatus> GetAsync(CancellationToken cancel)
    {
        var status = await Current().WaitAsync(cancel);
        if (status.Works && !await AnswersAsync(cancel))
        {
            lock (_gate)
            {
                if (_status is { IsCompleted: true })
                {
                    (Found, _status) = (null, null);
                }
            }

            status = await Current().WaitAsync(cancel);
        }

        return status;
    }

    private Task<SandboxStatus> Current()
    {
        lock (_gate)
        {
            if (_status is null or { IsCompleted: true, IsCompletedSuccessfully: false }
                || (_status is { IsCompleted: true, Result.Works: false } && time.GetElapsedTime(_tried) > _failureHolds))
            {
                _tried = time.GetTimestamp();
                _status = Task.Run(TryAsync);
            }

            return _status;
        }
    }

    private async Task<bool> AnswersAsync(CancellationToken cancel)
    {
        try
        {
            return Found is { } engine && (await engine.Client.PingAsync(cancel)) is not null;
        }
        catch (EngineException)
        {
            return false;
        }
    }

    private async Task<SandboxStatus> TryAsync()
    {
        if (!OperatingSystem.IsLinux() || EngineProfile.ForThisMachine.Length == 0)
        {
            return Failed(null, $"{Nothing} on this machine: that is for Linux on x64 and arm64.");
        }

        FoundEngine? engine = null;
        try
        {
            engine = await EngineSearch.FindAsync(options.EngineSocket, time, CancellationToken.None);
            if (Missing(engine) is { } missing)
            {
                return Failed(engine, missing);
            }

            await clear(engine, CancellationToken.None);
            if (await FailAsync(engine) is { } reason)
            {
                return Failed(engine, $"{Nothing}: {engine.Engine} at {engine.Engine.Socket} does not run them as it must: {reason.TrimEnd('.', '\n')}.");
            }

            Found = engine;
            return new SandboxStatus(true, $"Tasks run in containers of {engine.Engine} ({engine.Engine.Socket}).") { Engine = engine.Engine };
        }
        catch (SandboxUnavailableException unavailable)
        {
            return Failed(engine, unavailable.Message);
        }
        catch (EngineException refused)
        {
            return Failed(engine, $"{Nothing}: {engine?.Engine} at {engine?.Engine.Socket} says: {refused.Message}.");
        }
    }

    private static string? Missing(FoundEngine engine)
    {
        var info = engine.Info;
        string[] limits = [.. new[] { (info.MemoryLimit, "memory"), (info.CpuCfsQuota, "processors"), (info.PidsLimit, "processes") }.Where(limit => !limit.Item1).Select(limit => limit.Item2)];
        return limits.Length > 0
                ? $"{Nothing}: {engine.Engine} at {engine.Engine.Socket} cannot limit {string.Join(", ", limits)}. Run it as root, or on a machine with control groups of version 2 that its user was given (`Delegate=yes`)."
            : !engine.Has("seccomp") ? $"{Nothing}: {engine.Engine} at {engine.Engine.Socket} filters no system calls. Install it with seccomp."
            : engine is { Rootless: true, Podman: false } || engine.Has("userns")
                ? $"{Nothing}: {engine.Engine} at {engine.Engine.Socket} gives files to users of its own, whom the node is not. Run it as root and without `userns-remap`, or use Podman as the node's own user."
            : null;
    }

    /// <returns>Null when it ran and could write to its folder, else how it failed.</returns>
    private async Task<string?> FailAsync(FoundEngine engine)
    {
        _ = await HelperImage.EnsureAsync(engine.Client, CancellationToken.None);
        var name = "check-" + RandomNumberGenerator.GetHexString(12, lowercase: true);
        var folder = RealPath.Of(Directory.CreateDirectory(Path.Combine(options.Home, "sandbox", name)).FullName);
        try
        {
            await using var run = await start(engine, new SandboxJob
            {
                Attempt = name,
                Command = [HelperProgram.Path, $"/work/{Written}"],
                WorkFolder = folder,
                Container = new ContainerRequest(HelperImage.Name, PullPolicy.Never, []),
                Limits = new SandboxLimits
                {
                    Cpus = 1, MemoryBytes = 64 << 20, DiskBytes = 1 << 20, Timeout = TimeSpan.FromSeconds(20), Grace = TimeSpan.Zero,
                },
            }, new NoOutput(), CancellationToken.None);
            var outcome = await run.Outcome;
            return outcome is not { End: SandboxEnd.Exited } ? outcome.Detail ?? $"a program in it ended as {outcome.End}"
                : !File.Exists(Path.Combine(folder, Written)) ? "a program in it cannot write to the node's folders. Does it run on another machine, or as another user?"
                : outcome.ExitCode != 0 ? $"a program in it ended with {outcome.ExitCode}"
                : null;
        }
        finally
        {
            FolderRemoval.Remove(folder);
        }
    }

    private static SandboxStatus Failed(FoundEngine? engine, string sentence)
    {
        engine?.Dispose();
        return new SandboxStatus(false, sentence) { Engine = new Engine(engine?.Engine.Kind, engine?.Engine.Version, engine?.Engine.Socket, sentence) };
    }

    private sealed class NoOutput : ISandboxOutput
    {
        public void Write(bool stderr, ReadOnlySpan<byte> bytes)
        {
        }
    }
}
