namespace Muster.Cli;

/// <summary>What a command finds around it. Everything that is the process's own comes in here, so that commands run in a test as
/// they run in a terminal.</summary>
public sealed record Surroundings
{
    public required TextWriter Out { get; init; }

    public required TextWriter Error { get; init; }

    public required TextReader In { get; init; }

    /// <summary>Standard output for bytes that are not this program's; null where there is only text.</summary>
    public Stream? OutBytes { get; init; }

    /// <inheritdoc cref="OutBytes"/>
    public Stream? ErrorBytes { get; init; }

    /// <summary>Standard output is a terminal: colours, live lines, tables.</summary>
    public bool Interactive { get; init; }

    public bool ErrorIsTerminal { get; init; }

    /// <summary>Standard input comes from a pipe or file.</summary>
    public bool Piped { get; init; }

    public required IReadOnlyDictionary<string, string> Variables { get; init; }

    public required string Directory { get; init; }

    public TimeProvider Time { get; init; } = TimeProvider.System;

    public bool Colour => Interactive && string.IsNullOrEmpty(Variable("NO_COLOR")) && Variable("TERM") != "dumb";

    public string? Variable(string name) => Variables.GetValueOrDefault(name);

    public static Surroundings OfProcess()
    {
        var variables = new Dictionary<string, string>(OperatingSystem.IsWindows() ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal);
        foreach (System.Collections.DictionaryEntry entry in Environment.GetEnvironmentVariables())
        {
            variables[(string)entry.Key] = (string?)entry.Value ?? "";
        }

        return new Surroundings
        {
            Out = Console.Out,
            Error = Console.Error,
            In = Console.In,
            OutBytes = Console.OpenStandardOutput(),
            ErrorBytes = Console.OpenStandardError(),
            Interactive = !Console.IsOutputRedirected,
            ErrorIsTerminal = !Console.IsErrorRedirected,
            Piped = Console.IsInputRedirected,
            Variables = variables,
            Directory = Environment.CurrentDirectory,
        };
    }
}
