using System.Globalization;

namespace Muster.Cli.Configuration;

/// <summary>Where a value can come from; a higher one wins.</summary>
public enum Level
{
    Default,
    File,
    EnvironmentFile,
    Environment,
    CommandLine,
}

/// <summary>Where a value came from.</summary>
/// <param name="Name">The option, the variable, or the file.</param>
/// <param name="Line">1-based line in a file; 0 elsewhere.</param>
/// <param name="Alias">The older system's name that was used; it ranks below Muster's own of the same level.</param>
public sealed record Source(Level Level, string Name, int Line = 0, string? Alias = null)
{
    public static Source Default { get; } = new(Level.Default, "default");

    public override string ToString() => (Alias is null || Level == Level.Environment ? "" : Alias + " in ") + Level switch
    {
        Level.Environment => $"{Name} (environment)",
        _ when Line > 0 => $"{Name}:{Line.ToString(CultureInfo.InvariantCulture)}",
        _ => Name,
    };
}

/// <summary>One value as it was found.</summary>
public sealed record Leaf(string Key, string Value, Source Source);

/// <summary>A mistake, with what to do about it.</summary>
public sealed record ConfigurationProblem(Source Source, string Message, string? Fix = null)
{
    public override string ToString() => $"{Source}: {Message}{(Fix is null ? "" : " " + Fix)}";
}
