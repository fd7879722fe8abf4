using Muster.Node.Sandbox;

namespace Muster.Node.Coding;

/// <summary><c>coding.*</c>: the coding agents of a machine, and what they may do there.</summary>
public sealed record CodingOptions
{
    /// <summary>What agents get to know when the owner names nothing else: how they reach their model.</summary>
    public static IReadOnlyList<string> UsualEnvironment { get; } =
        ["ANTHROPIC_*", "CLAUDE_CODE_OAUTH_TOKEN", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY"];

    /// <summary><c>coding.isolation</c>: where agents run. There is no falling back from one to another.</summary>
    public ShellIsolation Isolation { get; init; } = ShellIsolation.Process;

    /// <summary><c>coding.agent</c>: the agent of a session that names none; the first that is there when null.</summary>
    public string? Agent { get; init; }

    /// <summary><c>coding.agents</c>, in their order.</summary>
    public IReadOnlyList<CodingAgentOptions> Agents { get; init; } = [];

    /// <summary><c>coding.environment</c>: names of variables that agents see; a <c>*</c> at the end stands for any text.</summary>
    public IReadOnlyList<string> Environment { get; init; } = UsualEnvironment;

    /// <summary><c>coding.timeout</c>: for a prompt that names none. Time in which a person is asked does not count.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(300);

    /// <summary>What a prompt may ask for at most.</summary>
    public static TimeSpan MaxTimeout => TimeSpan.FromHours(24);

    /// <summary><c>coding.silence</c>: an agent that says nothing for so long hangs.</summary>
    public TimeSpan Silence { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary><c>coding.most</c>: sessions that are open at one time.</summary>
    public int Most { get; init; } = 16;

    /// <summary>As the variable PATH: where agents are looked for.</summary>
    public string ProgramPath { get; init; } = System.Environment.GetEnvironmentVariable("PATH") ?? "";
}

/// <summary>One entry of <c>coding.agents</c>. <c>claude</c> and <c>pi</c> speak their own protocols, all others ACP.</summary>
/// <param name="Command">The command line; null for <c>claude</c> and <c>pi</c> as they are found.</param>
/// <param name="Files">What it needs of its user's home, such as its login, shown to it read-only.</param>
public sealed record CodingAgentOptions(string Name, string? Command, IReadOnlyList<string> Files);
