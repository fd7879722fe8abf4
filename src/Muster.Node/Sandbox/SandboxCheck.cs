using Muster.Agents.Tools;

namespace Muster.Node.Sandbox;

/// <param name="Sentence">For a person: what works, or what does not and what to do.</param>
public sealed record SandboxStatus(bool Works, string Sentence)
{
    /// <summary>Where bubblewrap is; null when it is not installed.</summary>
    internal string? Program { get; init; }

    /// <summary>For containers: the engine, or why there is none.</summary>
    internal Tasks.Containers.Engine? Engine { get; init; }
}

/// <summary>
/// Says whether bubblewrap really works on this machine, by running <c>true</c> in it with the real arguments. That it does is kept; a
/// failure, which somebody may have mended or a busy machine caused, is tried again after a while.
/// </summary>
public sealed class SandboxCheck(SandboxOptions options, TimeProvider time)
{
    private const string HowElse =
        "or let commands run on the host itself with `tools.shell.isolation: host` in muster.yaml";

    private static readonly ProcessLimits _limits = new(TimeSpan.FromSeconds(5), TimeSpan.Zero, 2_000, 2_000);
    private static readonly TimeSpan _again = TimeSpan.FromSeconds(10);

    /// <summary>The one place to look for bubblewrap, instead of PATH.</summary>
    internal string? Only { get; init; }

    private readonly Lock _gate = new();
    private Task<SandboxStatus>? _status;
    private long? _failed;

    /// <summary>The first call tries; the others get its answer.</summary>
    public Task<SandboxStatus> GetAsync()
    {
        lock (_gate)
        {
            if (_failed is { } at && time.GetElapsedTime(at) >= _again)
            {
                (_status, _failed) = (null, null);
            }

            return _status ??= TriedAsync();
        }
    }

    private async Task<SandboxStatus> TriedAsync()
    {
        var status = await TryAsync();
        if (!status.Works)
        {
            lock (_gate)
            {
                _failed = time.GetTimestamp();
            }
        }

        return status;
    }

    private async Task<SandboxStatus> TryAsync()
    {
        if (!OperatingSystem.IsLinux())
        {
            return new SandboxStatus(false,
                "Commands cannot be sandboxed on this system: bubblewrap is for Linux. " +
                "Let them run on the host itself with `tools.shell.isolation: host` in muster.yaml.");
        }

        if (FindProgram(Only) is not { } program)
        {
            return new SandboxStatus(false,
                "Commands cannot be sandboxed: bubblewrap (bwrap) is not installed. " +
                $"Install it (`apt install bubblewrap`, `dnf install bubblewrap`), {HowElse}.");
        }

        try
        {
            var plan = new ProcessSandbox(program, options).Plan(["true"], options.WorkingDir);
            var outcome = await SandboxedProcess.RunAsync(plan, _limits, _ => { }, time, CancellationToken.None);
            return outcome switch
            {
                { End: ProcessEnd.Exited, ExitCode: 0 } => new SandboxStatus(true, $"Commands run in bubblewrap ({program}).") { Program = program },
                { End: ProcessEnd.TimedOut } => new SandboxStatus(false,
                    $"Commands cannot be sandboxed at the moment: {program} did not end within {_limits.Timeout.TotalSeconds:0} s. " +
                    $"The machine may be busy: try again in a while. If it stays so, run `{program} --ro-bind / / true` to see why."),
                _ => Broken(program, outcome.Stderr.ToString().Trim() is { Length: > 0 } said ? said : $"it ended with code {outcome.ExitCode} and said nothing"),
            };
        }
        catch (Exception failure) when (failure is ToolException or IOException or UnauthorizedAccessException)
        {
            return Broken(program, failure.Message);
        }
    }

    private static SandboxStatus Broken(string program, string reason)
    {
        var cure = reason.Contains("uid map", StringComparison.Ordinal) || reason.Contains("namespace", StringComparison.Ordinal)
            ? "Allow unprivileged user namespaces (`sysctl kernel.unprivileged_userns_clone=1`, " +
              "on Ubuntu `sysctl kernel.apparmor_restrict_unprivileged_userns=0`; in a container they need its runtime's leave)"
            : "Repair it";
        return new SandboxStatus(false, $"Commands cannot be sandboxed: {program} does not work here: {reason}. {cure}, {HowElse}.");
    }

    /// <summary>Where bubblewrap is; null when it is not installed.</summary>
    /// <param name="only">The one place to look, instead of PATH.</param>
    internal static string? FindProgram(string? only) => only is not null ? (File.Exists(only) ? only : null) : (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .Concat(["/usr/bin", "/usr/local/bin", "/bin"])
        .Where(Path.IsPathRooted)
        .Select(folder => Path.Combine(folder, "bwrap"))
        .FirstOrDefault(File.Exists);
}
