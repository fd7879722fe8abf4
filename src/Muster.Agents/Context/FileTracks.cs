using System.Text.Json;
using System.Text.RegularExpressions;
using Muster.Agents.Messages;

namespace Muster.Agents.Context;

/// <summary>Which files the summarised part read and changed; carried from summary to summary.</summary>
internal sealed partial class FileTracks
{
    private const int Most = 200;

    private static readonly HashSet<string> Reads = new(StringComparer.Ordinal) { "file_read", "read_file", "read" };
    private static readonly HashSet<string> Changes = new(StringComparer.Ordinal)
    {
        "file_write", "file_edit", "write_file", "edit_file", "write", "edit",
    };

    private readonly List<string> _read = [];
    private readonly List<string> _changed = [];

    /// <param name="nameOf">Today's name of a tool that was called by an older one.</param>
    public static FileTracks Of(IEnumerable<AgentMessage> messages, Func<string, string> nameOf)
    {
        var tracks = new FileTracks();
        foreach (var message in messages)
        {
            if (message is SummaryMessage summary)
            {
                Carry(tracks._read, summary.Text, ReadList());
                Carry(tracks._changed, summary.Text, ChangedList());
            }

            foreach (var call in (message as AssistantMessage)?.ToolCalls ?? [])
            {
                tracks.Add(nameOf(call.Name), call.Arguments);
            }
        }

        return tracks;
    }

    /// <summary>The lists as they stand at the end of a summary; empty when there is nothing to say.</summary>
    public string Text => List("read-files", _read.Except(_changed, StringComparer.Ordinal)) + List("changed-files", _changed);

    public static string Without(string summary) => ChangedList().Replace(ReadList().Replace(summary, ""), "").TrimEnd();

    private void Add(string tool, JsonElement arguments)
    {
        if (PathOf(arguments) is not { } path)
        {
            return;
        }

        if (Reads.Contains(tool))
        {
            Note(_read, path);
        }
        else if (Changes.Contains(tool))
        {
            Note(_changed, path);
        }
    }

    private static string? PathOf(JsonElement arguments)
    {
        foreach (var name in arguments.ValueKind == JsonValueKind.Object ? (ReadOnlySpan<string>)["path", "file_path", "file"] : [])
        {
            if (arguments.TryGetProperty(name, out var path) && path.ValueKind == JsonValueKind.String)
            {
                return path.GetString()!.ReplaceLineEndings(" ");
            }
        }

        return null;
    }

    private static void Note(List<string> list, string path)
    {
        list.Remove(path);
        list.Add(path);
        if (list.Count > Most)
        {
            list.RemoveAt(0);
        }
    }

    private static void Carry(List<string> list, string summary, Regex tag)
    {
        foreach (var path in tag.Match(summary).Groups["paths"].Value.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            Note(list, path);
        }
    }

    private static string List(string tag, IEnumerable<string> paths)
    {
        var lines = string.Join('\n', paths);
        return lines.Length == 0 ? "" : $"\n\n<{tag}>\n{lines}\n</{tag}>";
    }

    [GeneratedRegex(@"\s*<read-files>\n(?<paths>.*?)\n</read-files>", RegexOptions.Singleline, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ReadList();

    [GeneratedRegex(@"\s*<changed-files>\n(?<paths>.*?)\n</changed-files>", RegexOptions.Singleline, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ChangedList();
}
