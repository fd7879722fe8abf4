namespace Muster.Cli.Talk;

/// <summary>What has a meaning of its own when it is typed in a chat.</summary>
internal static class ChatWords
{
    /// <summary>The hub's, and the one that leaves.</summary>
    public static IReadOnlyList<string> Commands { get; } =
    [
        "/approve", "/balance", "/budget", "/close", "/deny", "/direct", "/exit", "/help", "/interrupt", "/jobs", "/memory", "/model", "/new", "/node", "/nodes", "/queue", "/remind", "/send", "/shell", "/smart", "/status", "/stop",
        "/switch", "/tasks", "/undo",
    ];

    public static bool Leave(string line) => line.Trim().ToLowerInvariant() is "exit" or "quit" or "/exit" or "/quit";
}
