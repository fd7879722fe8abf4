namespace Muster.Node.Coding.Agents;

/// <summary>A coding agent that can be started here.</summary>
/// <param name="Program">Full path.</param>
/// <param name="Files">What it is shown of its user's home.</param>
public sealed record FoundAgent(string Name, AgentDialect Dialect, string Program, IReadOnlyList<string> Arguments, IReadOnlyList<string> Files);

public enum AgentDialect
{
    /// <summary>Claude Code: stream-json both ways.</summary>
    Claude,
    Acp,
    /// <summary>pi: its RPC mode.</summary>
    Pi,
}

/// <summary>Looks for coding agents: what the owner configured, and what is on PATH or where installers put it.</summary>
public static class AgentSearch
{
    public const string Claude = "claude";
    public const string Pi = "pi";

    private static readonly string[] _homes = [".local/bin", ".claude/local", ".npm-global/bin", ".bun/bin", "node_modules/.bin"];

    /// <summary>Those that are there: Claude Code, then the configured ones, then pi.</summary>
    /// <param name="userHome">The home of the user the node runs as.</param>
    public static IReadOnlyList<FoundAgent> Find(CodingOptions options, string userHome)
    {
        CodingAgentOptions BuiltIn(string name, params string[] files) =>
            options.Agents.FirstOrDefault(agent => agent.Name == name) is { } own
                ? own with { Command = own.Command ?? name, Files = own.Files.Count > 0 ? own.Files : files }
                : new CodingAgentOptions(name, name, files);

        return
        [
            .. new[] { BuiltIn(Claude, ".claude/.credentials.json") }
                .Concat(options.Agents.Where(agent => agent.Name is not (Claude or Pi)))
                .Append(BuiltIn(Pi, ".pi/agent/auth.json", ".pi/agent/models.json", ".pi/agent/settings.json"))
                .Select(agent => Find(agent, options.ProgramPath, userHome)).OfType<FoundAgent>(),
        ];
    }

    /// <summary>The one for new sessions; null when none is there, or the one that the owner wants is not.</summary>
    public static FoundAgent? Usual(CodingOptions options, IReadOnlyList<FoundAgent> found) =>
        options.Agent is { } wanted ? found.FirstOrDefault(agent => agent.Name == wanted) : found is [var first, ..] ? first : null;

    /// <summary>The full path of a program; null when there is none.</summary>
    internal static string? Locate(string program, string path, string userHome)
    {
        if (Path.IsPathRooted(program))
        {
            return File.Exists(program) ? program : null;
        }

        string[] endings = OperatingSystem.IsWindows() ? [".exe", ".cmd"] : [""];
        return path.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Concat(userHome.Length > 0 ? _homes.Select(folder => Path.Combine(userHome, folder)) : [])
            .Where(Path.IsPathRooted)
            .SelectMany(folder => endings.Select(ending => Path.Combine(folder, program + ending)))
            .FirstOrDefault(IsProgram);
    }

    private static FoundAgent? Find(CodingAgentOptions agent, string path, string userHome)
    {
        if (agent.Command is null || CommandWords.Of(agent.Command) is not [var program, .. var arguments] || Locate(program, path, userHome) is not { } found)
        {
            return null;
        }

        var dialect = agent.Name switch { Claude => AgentDialect.Claude, Pi => AgentDialect.Pi, _ => AgentDialect.Acp };
        return new FoundAgent(agent.Name, dialect, found, arguments, agent.Files);
    }

    private static bool IsProgram(string file) =>
        File.Exists(file) && (OperatingSystem.IsWindows() || (File.GetUnixFileMode(file) & (UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute)) != UnixFileMode.None);
}
