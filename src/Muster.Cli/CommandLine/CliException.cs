using Muster.Client;

namespace Muster.Cli;

/// <summary>Ends a command with a sentence for the person and an exit code.</summary>
public sealed class CliException(string message, int exitCode = Cli.ExitCode.Failed) : Exception(message)
{
    public int ExitCode { get; } = exitCode;

    public static CliException NoHub(string? because = null) => new(
        (because is null ? "" : because + " ") + "No hub runs for this home. Start one with: muster up   or name another with: muster login URL",
        Cli.ExitCode.NoHub);

    /// <summary>This home is only a node of a hub elsewhere.</summary>
    public static CliException NoLogin(string machine, string hub) => new(
        $"This machine is {machine} of the hub at {hub}, and you are not signed in to it here. To ask that hub: muster login {hub}",
        Cli.ExitCode.NoHub);

    /// <summary>The exit code that belongs to a hub's answer.</summary>
    public static int CodeOf(MusterException failure) => failure switch
    {
        { Status: 0, Code: "unreachable" } => Cli.ExitCode.NoHub,
        { Status: 401 or 403 } or { Code: "wrong_fingerprint" } => Cli.ExitCode.NotAllowed,
        { Status: 404 } => Cli.ExitCode.NotFound,
        { Status: 422 } => Cli.ExitCode.Usage,
        { Status: 503, Code: "unclaimed" } => Cli.ExitCode.NotAllowed,
        _ => Cli.ExitCode.Failed,
    };
}
