using System.Security.Cryptography;
using System.Text;
using Muster.Node.Sandbox.Tasks.Cgroups;
using Muster.Node.Sandbox.Tasks.Seccomp;
using Muster.Node.Sandbox.Tasks.Work;

namespace Muster.Node.Sandbox.Tasks.Bubblewrap;

/// <summary>What this machine has for sandboxes.</summary>
internal sealed record BubblewrapGround(string Program, ICgroupTree Tree);

/// <summary>Where to look for it.</summary>
/// <param name="Bubblewrap">The one place, instead of PATH.</param>
/// <param name="Mounts">Instead of this process's.</param>
internal sealed record BubblewrapPlaces(string? Bubblewrap = null, CgroupMounts? Mounts = null);

/// <summary>Says whether tasks can be sandboxed on this machine, by running <c>true</c> as a task: once with its files in memory, once on the disk.</summary>
internal sealed class BubblewrapCheck(
    TaskSandboxOptions options, BubblewrapPlaces places, TimeProvider time,
    Func<BubblewrapGround, SandboxJob, ISandboxOutput, CancellationToken, Task<ISandboxRun>> start)
{
    private const long Memory = 64 << 20;
    private static readonly TimeSpan _failureHolds = TimeSpan.FromSeconds(30);
    private readonly Lock _gate = new();
    private Task<SandboxStatus>? _status;
    private long _tried;

    /// <summary>Null until a check succeeded.</summary>
    public BubblewrapGround? Ground { get; private set; }

    public Task<SandboxStatus> GetAsync(CancellationToken cancel)
    {
        lock (_gate)
        {
            if (_status is null or { IsCompleted: true, IsCompletedSuccessfully: false }
                || (_status is { IsCompleted: true, Result.Works: false } && time.GetElapsedTime(_tried) > _failureHolds))
            {
                _tried = time.GetTimestamp();
                _status = TryAsync();
            }

            return _status.WaitAsync(cancel);
        }
    }

    private async Task<SandboxStatus> TryAsync()
    {
        if (!OperatingSystem.IsLinux() || TaskFilter.ForThisMachine.Length == 0)
        {
            return new SandboxStatus(false, "Tasks cannot be sandboxed on this machine: bubblewrap is for Linux on x64 and arm64.");
        }

        if (SandboxCheck.FindProgram(places.Bubblewrap) is not { } program)
        {
            return new SandboxStatus(false,
                "Tasks cannot be sandboxed: bubblewrap (bwrap) is not installed. Install it (`apt install bubblewrap`, `dnf install bubblewrap`).");
        }

        try
        {
            var ground = new BubblewrapGround(program, CgroupSearch.Find(options.Home, places.Mounts ?? CgroupMounts.OfThisProcess()));
            if (await FailAsync(ground, Memory / 2) is { } inMemory)
            {
                return Broken(program, inMemory);
            }

            if (await FailAsync(ground, Memory) is { } onDisk)
            {
                return Broken(program, onDisk);
            }

            Ground = ground;
            return new SandboxStatus(true, $"Tasks run in bubblewrap ({program}) within {ground.Tree.Sentence}.") { Program = program };
        }
        catch (SandboxUnavailableException unavailable)
        {
            return new SandboxStatus(false, Cure(unavailable.Message));
        }
    }

    /// <returns>Null when it ran, else how it failed.</returns>
    private async Task<string?> FailAsync(BubblewrapGround ground, long disk)
    {
        var name = "check-" + RandomNumberGenerator.GetHexString(12, lowercase: true);
        var folder = Directory.CreateDirectory(Path.Combine(options.Home, "sandbox", name)).FullName;
        try
        {
            var output = new FirstText();
            await using var run = await start(ground, new SandboxJob
            {
                Attempt = name,
                Command = ["true"],
                WorkFolder = Folders.RealPath.Of(folder),
                Limits = new SandboxLimits
                {
                    Cpus = 1, MemoryBytes = Memory, DiskBytes = disk, Timeout = TimeSpan.FromSeconds(20), Grace = TimeSpan.Zero,
                },
            }, output, CancellationToken.None);
            var outcome = await run.Outcome;
            return outcome is { End: SandboxEnd.Exited, ExitCode: 0 } ? null : outcome.Detail ?? output.ToString();
        }
        finally
        {
            FolderRemoval.Remove(folder);
        }
    }

    private static SandboxStatus Broken(string program, string reason) =>
        new(false, Cure($"Tasks cannot be sandboxed: {program} does not work here: {reason.TrimEnd('.', '\n')}."));

    private static string Cure(string sentence) =>
        sentence.Contains("uid map", StringComparison.Ordinal) || sentence.Contains("namespace", StringComparison.Ordinal)
            ? sentence + " Allow unprivileged user namespaces (`sysctl kernel.unprivileged_userns_clone=1`, " +
              "on Ubuntu `sysctl kernel.apparmor_restrict_unprivileged_userns=0`; in a container they need its runtime's leave)."
            : sentence;

    private sealed class FirstText : ISandboxOutput
    {
        private readonly StringBuilder _text = new();

        public void Write(bool stderr, ReadOnlySpan<byte> bytes)
        {
            if (_text.Length < 2000)
            {
                _text.Append(Encoding.UTF8.GetString(bytes[..Math.Min(2000, bytes.Length)]));
            }
        }

        public override string ToString() => _text.ToString().Trim();
    }
}
