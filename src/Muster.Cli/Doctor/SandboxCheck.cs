using System.ComponentModel;
using System.Diagnostics;

namespace Muster.Cli.Doctor;

internal sealed class SandboxCheck : ICheck
{
    public async Task<IReadOnlyList<Finding>> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        if (context.Configuration.Text("tools.shell.isolation") == "host")
        {
            return [new Finding("sandbox", CheckState.Warning, "tools.shell.isolation is host: shell commands run with your rights", "To use the sandbox: muster config set tools.shell.isolation sandbox")];
        }

        if (!OperatingSystem.IsLinux())
        {
            return [new Finding("sandbox", CheckState.Warning, "there is no sandbox on this system, so the shell stays off", "To let it run with your rights: muster config set tools.shell.isolation host")];
        }

        if (!Bubblewrap.IsInstalled(context.Surroundings))
        {
            return [new Finding("sandbox", CheckState.Problem, "bubblewrap is not installed, so the agent's shell stays off", "Debian, Ubuntu: sudo apt install bubblewrap. Or without a sandbox: muster config set tools.shell.isolation host")];
        }

        var failure = await Bubblewrap.TryAsync(cancellationToken);
        return [failure is null
            ? new Finding("sandbox", CheckState.Ok, "bubblewrap works")
            : new Finding("sandbox", CheckState.Problem, $"bubblewrap is installed but cannot start: {failure}", "Unprivileged user namespaces may be off. Ubuntu 24.04: sudo sysctl kernel.apparmor_restrict_unprivileged_userns=0; in a container, allow user namespaces.")];
    }
}

/// <summary>Whether there is a bubblewrap and whether it may do its work.</summary>
internal static class Bubblewrap
{
    public static bool IsInstalled(Surroundings surroundings) =>
        (surroundings.Variable("PATH") ?? "/usr/bin:/bin").Split(Path.PathSeparator).Any(folder => folder.Length > 0 && File.Exists(Path.Combine(folder, "bwrap")));

    /// <summary>Null when it works, else what it said.</summary>
    public static async Task<string?> TryAsync(CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo("bwrap") { RedirectStandardError = true, RedirectStandardOutput = true, UseShellExecute = false };
        foreach (var argument in new[] { "--ro-bind", "/", "/", "--unshare-all", "--die-with-parent", "--proc", "/proc", "--dev", "/dev", "true" })
        {
            start.ArgumentList.Add(argument);
        }

        try
        {
            using var process = Process.Start(start)!;
            var error = await process.StandardError.ReadToEndAsync(cancellationToken);
            await process.WaitForExitAsync(cancellationToken);
            return process.ExitCode == 0 ? null : error.Trim();
        }
        catch (Win32Exception exception)
        {
            return exception.Message;
        }
    }
}
