using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Muster.Agents.Tools;
using Muster.Node.Folders;

namespace Muster.Node.Tools.Files;

public sealed class FileSearchTool : Tool
{
    private readonly ConfinedFolder _folder;
    private readonly TimeProvider _time;

    internal FileSearchTool(ConfinedFolder folder, TimeProvider time) => (_folder, _time) = (folder, time);

    public override string Name => "file_search";

    public override string Description =>
        "Finds text in the files of the working folder; each hit is path:line: text. With an empty query and a glob, files and folders by name. Upper and lower case are the same unless case_sensitive. " +
        "Binary files, files over 5 MB, .git and node_modules are skipped.";

    public override JsonElement Parameters { get; } = Arguments.Schema("""
        {"type": "object", "properties": {
          "query": {"type": "string", "description": "Text to find, or a regular expression with regex."},
          "path": {"type": "string", "description": "Folder or file, relative to the working folder.", "default": "."},
          "regex": {"type": "boolean", "default": false},
          "case_sensitive": {"type": "boolean", "default": false},
          "glob": {"type": "string", "description": "Only files whose name fits, as *.cs or src/**/*.ts."},
          "max_results": {"type": "integer", "minimum": 1, "maximum": 1000, "default": 100}
        }, "required": ["query"]}
        """);

    public override Replay Replay => Replay.Safe;

    public override Task<ToolResult> ExecuteAsync(ToolCall call, CancellationToken abort) => Task.Run(() => Search(call, abort), abort);

    private ToolResult Search(ToolCall call, CancellationToken abort)
    {
        var query = call.Required("query");
        var glob = call.Optional("glob") is { Length: > 0 } names ? new Glob(names, anyCase: query.Length == 0 && !call.Truth("case_sensitive")) : null;
        if (query.Length == 0 && glob is null)
        {
            throw new ToolException("\"query\" is empty. Say what to look for, or give a glob to find files by name.");
        }

        var search = new FileSearch(_folder, query.Length == 0 ? null : Pattern(call, query), glob, call.Whole("max_results", 100, 1, 1000), _time);
        search.Run(call.Optional("path") ?? ".", abort);

        var text = search.Hits.Count == 0
            ? string.Create(CultureInfo.InvariantCulture, $"Nothing found in {search.Searched} files.")
            : string.Join('\n', search.Hits);
        var details = new MatchDetails(search.Hits.Count, search.Searched, search.Skipped);
        return ToolJson.Result(
            search.Limit is { } limit ? $"{text}\n[{limit}]" : text,
            JsonSerializer.SerializeToElement(details, ToolJson.Plain.MatchDetails));
    }

    // NonBacktracking: the time is linear in the text, whatever the pattern.
    private static Regex Pattern(ToolCall call, string query)
    {
        var options = RegexOptions.NonBacktracking | RegexOptions.CultureInvariant
            | (call.Truth("case_sensitive") ? RegexOptions.None : RegexOptions.IgnoreCase);
        try
        {
            return new Regex(call.Truth("regex") ? query : Regex.Escape(query), options, Regex.InfiniteMatchTimeout);
        }
        catch (ArgumentException failure)
        {
            throw new ToolException($"The regular expression cannot be used: {failure.Message}");
        }
        catch (NotSupportedException)
        {
            throw new ToolException("The regular expression looks ahead, looks behind or refers back, which is not possible here. Write it without.");
        }
    }
}
