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

/// <summary>Says whether bubblewrap really works on this machine, by running <c>true</c> in it once with the real arguments.</summary>
public sealed class SandboxCheck(SandboxOptions options, TimeProvider time)
{
    private const string HowElse =
        "or let commands run on the host itself with `tools.shell.isolation: host` in muster.yaml";

    private static readonly ProcessLimits _limits = new(TimeSpan.FromSeconds(5), TimeSpan.Zero, 2_000, 2_000);
    /// <summary>The one place to look for bubblewrap, instead of PATH.</summary>
    internal string? Only { get; init; }

    private readonly Lock _gate = new();
    private Task<SandboxStatus>? _status;

    /// <summary>The first call tries; the others get its answer.</summary>
    public Task<SandboxStatus> GetAsync()
    {
        lock (_gate)
        {
            return _status ??= TryAsync();
        }
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
            return outcome is { End: ProcessEnd.Exited, ExitCode: 0 }
                ? new SandboxStatus(true, $"Commands run in bubblewrap ({program}).") { Program = program }
                : Broken(program, outcome.Stderr.ToString().Trim());
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
