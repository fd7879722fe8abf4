using Muster.Agents.Tools;

namespace Muster.Node.Sandbox;

/// <summary>Turns a command into a plan for the chosen isolation, or refuses with a sentence. Never picks another one.</summary>
internal sealed class ShellLauncher(ShellIsolation isolation, SandboxOptions options, SandboxCheck check)
{
    public ShellIsolation Isolation => isolation;

    /// <param name="cwd">A real path inside the working folder, or outside of it where a person allowed that.</param>
    /// <exception cref="ToolException">The isolation is not there.</exception>
    public async Task<LaunchPlan> PlanAsync(string command, string cwd)
    {
        switch (isolation)
        {
            case ShellIsolation.Off:
                throw new ToolException("Commands are switched off on this machine (`tools.shell.isolation: off` in muster.yaml).");
            case ShellIsolation.Host:
                return OnHost(command, cwd);
            default:
                var status = await check.GetAsync();
                return status.Program is { } program && status.Works
                    ? new ProcessSandbox(program, options).Plan([Shell(), "-c", command], cwd)
                    : throw new ToolException(status.Sentence);
        }
    }

    private LaunchPlan OnHost(string command, string cwd)
    {
        var environment = CleanEnvironment.For(options, ownPath: true);
        if (OperatingSystem.IsWindows())
        {
            return new LaunchPlan("cmd.exe", ["/d", "/s", "/c", command], environment, cwd);
        }

        // Whoever leaves the tree by forking twice still carries this.
        environment[CallMarker.Variable] = CallMarker.Next(options.Home);
        var marker = $"{CallMarker.Variable}={environment[CallMarker.Variable]}";
        string[] shell = [Shell(), "-c", command];
        return File.Exists("/usr/bin/setsid")
            ? new LaunchPlan("/usr/bin/setsid", shell, environment, cwd, marker)
            : new LaunchPlan(shell[0], shell[1..], environment, cwd, marker);
    }

    // Models write for bash; where it is missing, its subset must do.
    private static string Shell() => File.Exists("/bin/bash") ? "/bin/bash" : "/bin/sh";
}
