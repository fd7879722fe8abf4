using System.Text.RegularExpressions;
using Muster.Hub.Routing;
using Muster.Hub.Routing.Commands;

namespace Muster.Cli.Talk;

/// <summary>What has a meaning of its own when it is typed in a chat.</summary>
internal static partial class ChatWords
{
    private static readonly string[] _about =
        ["/undo", "/status", "/queue", "/interrupt", "/direct", "/smart", "/model", "/budget", "/close", "/switch", "/send"];

    /// <summary>The hub's, and the one that leaves.</summary>
    public static IReadOnlyList<string> Commands { get; } =
    [
        "/approve", "/balance", "/budget", "/close", "/deny", "/direct", "/exit", "/help", "/interrupt", "/jobs", "/memory", "/model", "/new", "/node", "/nodes", "/queue", "/remind", "/send", "/shell", "/smart", "/status", "/stop",
        "/switch", "/tasks", "/undo",
    ];

    /// <summary>It is about what goes on or was done in a conversation, and so means nothing in a new one: <c>/stop</c>, <c>停止</c>, <c>@nas /undo</c>, <c>yes</c>.</summary>
    public static bool IsAboutConversation(string text)
    {
        var said = Address().Replace(text, "").Trim();
        return StopWords.Is(said) || AnswerWords.Is(said) || _about.Contains(said.Split((char[])[' ', ':', '：', '\n'], 2)[0].ToLowerInvariant());
    }

    public static bool Leave(string line) => line.Trim().ToLowerInvariant() is "exit" or "quit" or "/exit" or "/quit";

    [GeneratedRegex(@"^\s*@(?:tag:|capability:)?[^\s:：,，]+(?:\s*[:：,，]\s*|\s+)", RegexOptions.CultureInvariant, 200)]
    private static partial Regex Address();
}
