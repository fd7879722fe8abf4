namespace Muster.Node.Sandbox;

/// <summary>What a command gets to know: a path, a home, a language, and what the owner listed by name.</summary>
internal static class CleanEnvironment
{
    private const string UnixPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    // Without these nothing starts on Windows; none of them is a secret.
    private static readonly string[] _windows = ["SystemRoot", "SystemDrive", "ComSpec", "PATHEXT", "TEMP", "TMP", "ProgramFiles"];

    public static Dictionary<string, string> For(SandboxOptions options, bool ownPath)
    {
        var environment = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["PATH"] = ownPath ? Environment.GetEnvironmentVariable("PATH") ?? UnixPath : UnixPath,
            ["HOME"] = options.WorkingDir,
            ["LANG"] = Environment.GetEnvironmentVariable("LANG") ?? "C.UTF-8",
            ["TERM"] = "dumb",
        };
        foreach (var name in OperatingSystem.IsWindows() ? options.Environment.Concat(_windows) : options.Environment)
        {
            if (Environment.GetEnvironmentVariable(name) is { } value)
            {
                environment[name] = value;
            }
        }

        return environment;
    }
}
