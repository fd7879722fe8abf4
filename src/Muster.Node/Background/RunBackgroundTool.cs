using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Muster.Agents.Tools;
using Muster.Node.Coding;
using Muster.Node.Policy;
using Muster.Node.Tools;

namespace Muster.Node.Background;

/// <summary>
/// Starts a command, or a prompt for a coding session, in the background at once. A command goes through the shell's own guard, sandbox and
/// policy, a prompt through those of coding sessions.
/// </summary>
internal sealed class RunBackgroundTool : Tool
{
    private readonly ShellTool? _shell;
    private readonly CodingSessionTool? _coding;
    private readonly RunBackground _run;

    /// <param name="shell">Null where commands are switched off.</param>
    /// <param name="coding">Null where there are no coding sessions.</param>
    public RunBackgroundTool(ShellTool? shell, CodingSessionTool? coding, RunBackground run)
    {
        (_shell, _coding, _run) = (shell, coding, run);
        var most = run.Options.MaxTime.TotalSeconds.ToString(CultureInfo.InvariantCulture);
        var command = shell is null ? "" : """
            "command": {"type": "string", "description": "What bash would run. Standard input is empty."},
            "cwd": {"type": "string", "description": "Folder to run it in, relative to the working folder.", "default": "."},
            """;
        var prompt = coding is null ? "" : """
            "prompt": {"type": "string", "description": "In place of a command: what a coding session is to do, with all that it has to know."},
            "session": {"type": "string", "description": "For a prompt: the project or id of a session; one is opened for a project that has none. The active one by default."},
            "agent": {"type": "string", "description": "For a prompt: which coding agent a new session has, where there are several."},
            """;
        Parameters = Arguments.Schema($$$"""
            {"type": "object", "properties": {
              {{{command}}}{{{prompt}}}
              "timeout": {"type": "number", "description": "Seconds after which it is ended; {{{most}}} at most, which is the default.", "default": {{{most}}}},
              "then": {"type": "string", "description": "What you are asked to do when it is over: summarise the log. Nothing by default; its end is told in any case."}
            }}
            """);
    }

    public override string Name => "run_background";

    public override string Description =>
        $"Starts {(_shell is null ? "a prompt for a coding session" : _coding is null ? "a shell command" : "a shell command, or a prompt for a coding session,")} that takes minutes or hours and returns at once with the id of its task. "
        + "The user is told when it ends, with its output; so are you. task_status shows how far it is.";

    public override JsonElement Parameters { get; }

    /// <summary>A call is known by its id, so one that is repeated starts nothing twice.</summary>
    public override Replay Replay => Replay.Safe;

    public override Task<ToolResult> ExecuteAsync(ToolCall call, CancellationToken abort)
    {
        var (command, prompt) = (Given(call, "command"), BackgroundPrompt.Of(call.Arguments));
        if (command is null == prompt is null)
        {
            throw new ToolException($"{Name} needs one of \"command\" and \"prompt\".");
        }

        return prompt is null ? CommandAsync(command!, call, abort) : PromptAsync(prompt, call, abort);
    }

    private Task<ToolResult> CommandAsync(string command, ToolCall call, CancellationToken abort)
    {
        if (_shell is not { } shell)
        {
            throw new ToolException("Commands are switched off on this machine (tools.shell.isolation: off).");
        }

        if (CommandGuard.Check(command) is { } refusal)
        {
            throw new ToolException(refusal.Sentence); // at once, not at the end of a task
        }

        var arguments = new JsonObject { ["command"] = command, ["cwd"] = call.Optional("cwd") ?? ".", ["timeout"] = Seconds(call) };
        return StartAsync(_run.LineOf(Name, call.Arguments), killed => shell.ForRun(killed, _run.Options.MaxTime), arguments, call, abort);
    }

    private async Task<ToolResult> PromptAsync(string prompt, ToolCall call, CancellationToken abort)
    {
        if (_coding is not { } coding)
        {
            throw new ToolException("There are no coding sessions in this run.");
        }

        if (Given(call, "cwd") is not (null or "."))
        {
            throw new ToolException("\"cwd\" goes with a command: a coding session works in its project. Leave it out, and name the project in \"session\".");
        }

        if (await _run.AgainAsync(call, abort) is { } again)
        {
            return again;
        }

        var session = await coding.FreeAsync(Given(call, "session"), Given(call, "agent"));
        var arguments = new JsonObject { ["action"] = "send", ["session"] = session.Id, ["prompt"] = prompt, ["timeout"] = Seconds(call) };
        return await StartAsync($"{session.Project}: {_run.LineOf(Name, call.Arguments)}", coding.ForRun, arguments, call, abort);
    }

    private Task<ToolResult> StartAsync(string line, Func<Action<int>, Tool> make, JsonObject arguments, ToolCall call, CancellationToken abort) =>
        _run.StartAsync(new BackgroundWork(Name, line, (call.Optional("then") ?? "").Trim(), make), call with { Arguments = JsonSerializer.SerializeToElement(arguments) }, abort);

    private double Seconds(ToolCall call) => call.Real("timeout", _run.Options.MaxTime.TotalSeconds, 1, _run.Options.MaxTime.TotalSeconds);

    private static string? Given(ToolCall call, string name) => call.Optional(name) is { } text && text.Trim().Length > 0 ? text : null;
}
