namespace Muster.Node.Tools.Facts;

/// <summary>What a person would call a process: what a runtime runs, not the runtime. Never more of its arguments, which may hold secrets.</summary>
internal static class ProcessName
{
    private static readonly HashSet<string> _takeAValue = ["-cp", "-classpath", "--class-path", "--module-path", "-r", "--require", "-W", "-X", "--additionalprobingpath"];
    private static readonly string[] _runtimes = ["dotnet", "python", "node", "java"];

    /// <param name="name">What the system calls it, cut to 15 characters.</param>
    /// <param name="arguments">Its command line, with the program itself.</param>
    public static string Of(string name, IReadOnlyList<string> arguments)
    {
        var program = arguments.Count == 0 ? "" : Path.GetFileName(arguments[0]);
        if (_runtimes.Any(runtime => IsVersionOf(runtime, program)) && Script([.. arguments.Skip(1)]) is { Length: > 0 } script)
        {
            return script.EndsWith(".dll", StringComparison.OrdinalIgnoreCase) ? script[..^4]
                : script.Contains('.', StringComparison.Ordinal) ? script
                : $"{program} {script}";
        }

        return program.StartsWith(name, StringComparison.Ordinal) ? program : name;
    }

    /// <summary>Null if it is no longer there.</summary>
    internal static string? Read(string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            // It ended between the listing and the reading.
            return null;
        }
    }

    // python3.12 as well as python.
    private static bool IsVersionOf(string runtime, string program) =>
        program.StartsWith(runtime, StringComparison.Ordinal) && program[runtime.Length..].All(c => char.IsAsciiDigit(c) || c == '.');

    private static string? Script(string[] arguments)
    {
        for (var at = 0; at < arguments.Length; at++)
        {
            if (arguments[at] is "-m" or "-jar")
            {
                return Path.GetFileName(arguments.ElementAtOrDefault(at + 1));
            }

            if (arguments[at] is "-c" or "-e" or "--eval")
            {
                return null;
            }

            if (_takeAValue.Contains(arguments[at]))
            {
                at++;
            }
            else if (arguments[at] != "exec" && !arguments[at].StartsWith('-'))
            {
                return Path.GetFileName(arguments[at]);
            }
        }

        return null;
    }
}
