using Muster.Agents.Tools;
using System.Text.Json;
using Muster.Node.Folders;
using Muster.Node.Tools;

namespace Muster.Node.Policy;

/// <summary>What a rule's pattern is compared with, for tools whose arguments as JSON would make patterns that nobody can write.</summary>
internal static class ToolSubject
{
    private static readonly HashSet<string> _files = ["file_read", "file_write", "file_edit", "file_list", "file_search", "file_send"];

    /// <summary>Whether a tool's <c>path</c> is one of this machine's, today's names only.</summary>
    public static bool IsFileTool(string tool) => _files.Contains(tool);

    /// <summary>As it is written in the call.</summary>
    public static string Of(string tool, JsonElement arguments) => Worded(tool, arguments) ?? (Text(arguments, "path") is { Length: > 0 } path ? path : Raw(arguments));

    public static RuleSubject ForRules(string tool, JsonElement arguments, NamedPaths paths) =>
        Worded(tool, arguments) is { } words ? new RuleSubject(words)
        : IsFileTool(tool) ? OfPath(Text(arguments, "path") is { Length: > 0 } path ? path : ".", paths)
        : Whole(arguments);

    // Null for a tool that has no words of its own.
    private static string? Worded(string tool, JsonElement arguments) => tool switch
    {
        "web" => Words(Text(arguments, "action"), Text(arguments, "action") == "fetch" ? Address(Text(arguments, "url")) : Text(arguments, "query")),
        "gpio" => Words(Text(arguments, "action"), Text(arguments, "chip"), Text(arguments, "line") is { Length: > 0 } line ? line : Text(arguments, "offset")),
        "home_assistant" => Words(
            Text(arguments, "action"), Text(arguments, "service") is { Length: > 0 } service ? $"{Text(arguments, "domain")}.{service}" : Text(arguments, "domain"), Text(arguments, "entity_id")),
        "mqtt" => Words(Text(arguments, "action"), Text(arguments, "topic")),
        Coding.CodingSessionTool.ToolName => Words(Text(arguments, "action"), Text(arguments, "project") is { Length: > 0 } project ? project : Text(arguments, "session")),
        "fleet" => Words(Text(arguments, "select") is { Length: > 0 } select ? select : "all", Text(arguments, "command") is { Length: > 0 } command ? command : Text(arguments, "request")),
        _ => null,
    };

    /// <summary>A path counts where it leads; its spellings are forbidden with it.</summary>
    private static RuleSubject OfPath(string path, NamedPaths paths)
    {
        var read = paths.Read(path);
        var real = read.Real.Select(paths.Below).ToList();
        return new RuleSubject(real.FirstOrDefault() ?? path)
        {
            Also = [path, paths.Below(read.Plain), .. real], DoesMore = real.Count != 1, Folders = paths.Folders,
        };
    }

    /// <summary>All of the arguments as JSON. What a path in it would mean, only that tool knows, so it can be forbidden as it is written and no more.</summary>
    public static RuleSubject Whole(JsonElement arguments) =>
        new(Raw(arguments)) { Also = Text(arguments, "path") is { Length: > 0 } path ? [path] : [] };

    private static string Raw(JsonElement arguments) => arguments.ValueKind == JsonValueKind.Undefined ? "" : arguments.GetRawText();

    private static string Words(params string[] words) => string.Join(' ', words.Where(word => word.Length > 0));

    /// <summary>As it is fetched: hosts in small letters, odd ways of writing numbers made plain.</summary>
    private static string Address(string url) => Uri.TryCreate(url.Trim(), UriKind.Absolute, out var address) ? address.AbsoluteUri : url;

    private static string Text(JsonElement arguments, string name) => Arguments.Find(arguments, name) switch
    {
        { ValueKind: JsonValueKind.String } text => text.GetString()!,
        { ValueKind: JsonValueKind.Number } number => number.GetRawText(),
        _ => "",
    };
}
