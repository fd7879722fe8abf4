using System.Text.Json;
using System.Text.Json.Nodes;

namespace Muster.Node.Coding.Agents;

/// <summary>What Claude Code's tools are called here, so that the owner's rules are about them too.</summary>
internal static class ClaudeTools
{
    /// <summary>They wait for a person at a terminal, or for another day; here is none.</summary>
    public const string Useless = "AskUserQuestion,EnterPlanMode,ExitPlanMode,EnterWorktree,ExitWorktree,CronCreate,CronDelete,CronList,ScheduleWakeup";

    // They act through other tools, or on the agent's own notes.
    private static readonly HashSet<string> _inward =
    [
        "Task", "Agent", "TaskCreate", "TaskGet", "TaskList", "TaskOutput", "TaskStop", "TaskUpdate", "TodoWrite", "TodoRead", "Skill", "ToolSearch", "BashOutput", "KillShell", "KillBash",
        "ReportFindings", "SendMessage", "Workflow",
    ];

    /// <summary>Null where nobody has to be asked.</summary>
    public static CodingRequest? Of(string id, string tool, JsonElement input) => tool switch
    {
        "Bash" or "PowerShell" => new CodingRequest(id, "shell", new JsonObject { ["command"] = input.Text("command") }),
        "Read" or "NotebookRead" => Path(id, "file_read", input.Text("file_path") is { Length: > 0 } file ? file : input.Text("notebook_path")),
        "Glob" or "Grep" or "LS" => Path(id, "file_search", input.Text("path")),
        "Write" => Change(id, "file_write", input.Text("file_path"), "", input.Text("content")),
        "Edit" => Change(id, "file_edit", input.Text("file_path"), input.Text("old_string"), input.Text("new_string")),
        "MultiEdit" => Change(
            id, "file_edit", input.Text("file_path"),
            string.Join('\n', input.Items("edits").Select(edit => edit.Text("old_string"))), string.Join('\n', input.Items("edits").Select(edit => edit.Text("new_string")))),
        "NotebookEdit" => Change(id, "file_edit", input.Text("notebook_path"), "", input.Text("new_source")),
        "WebFetch" => new CodingRequest(id, "web", new JsonObject { ["action"] = "fetch", ["url"] = input.Text("url") }),
        "WebSearch" => new CodingRequest(id, "web", new JsonObject { ["action"] = "search", ["query"] = input.Text("query") }),
        _ when _inward.Contains(tool) => null,
        _ => new CodingRequest(id, "claude:" + tool, Heard.Copy(input) ?? []),
    };

    internal static CodingRequest Path(string id, string tool, string path) => new(id, tool, new JsonObject { ["path"] = path.Length > 0 ? path : "." });

    internal static CodingRequest Change(string id, string tool, string path, string before, string after) =>
        new(id, tool, new JsonObject { ["path"] = path, ["diff"] = FileChange.Of(before, after) });
}
