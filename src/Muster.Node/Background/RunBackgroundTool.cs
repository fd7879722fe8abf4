using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Muster.Agents.Tools;
using Muster.Node.Policy;
using Muster.Node.Tools;

namespace Muster.Node.Background;

/// <summary>Starts a command in the background at once. The command goes through the shell's own guard, sandbox and policy.</summary>
internal sealed class RunBackgroundTool : Tool
{
    private readonly ShellTool _shell;
    private readonly RunBackground _run;

    public RunBackgroundTool(ShellTool shell, RunBackground run)
    {
        (_shell, _run) = (shell, run);
        var most = run.Options.MaxTime.TotalSeconds.ToString(CultureInfo.InvariantCulture);
        Parameters = Arguments.Schema($$"""
            {"type": "object", "properties": {
              "command": {"type": "string", "description": "What bash would run. Standard input is empty."},
              "cwd": {"type": "string", "description": "Folder to run it in, relative to the working folder.", "default": "."},
              "timeout": {"type": "number", "description": "Seconds after which it is ended; {{most}} at most, which is the default.", "default": {{most}}},
              "then": {"type": "string", "description": "What you are asked to do when it is over: summarise the log. Nothing by default; its end is told in any case."}
            }, "required": ["command"]}
            """);
    }

    public override string Name => "run_background";

    public override string Description =>
        "Starts a shell command that takes minutes or hours and returns at once with the id of its task. The user is told when it ends, with its output; so are you. task_status shows how far it is.";

    public override JsonElement Parameters { get; }

    /// <summary>A call is known by its id, so one that is repeated starts nothing twice.</summary>
    public override Replay Replay => Replay.Safe;

    public override Task<ToolResult> ExecuteAsync(ToolCall call, CancellationToken abort)
    {
        var command = call.Required("command");
        if (command.Trim().Length == 0)
        {
            throw new ToolException("run_background needs a command to run.");
        }

        if (CommandGuard.Check(command) is { } refusal)
        {
            throw new ToolException(refusal.Sentence); // at once, not at the end of a task
        }

        var arguments = new JsonObject
        {
            ["command"] = command, ["cwd"] = call.Optional("cwd") ?? ".", ["timeout"] = call.Real("timeout", _run.Options.MaxTime.TotalSeconds, 1, _run.Options.MaxTime.TotalSeconds),
        };
        var work = new BackgroundWork(Name, _run.LineOf(Name, call.Arguments), (call.Optional("then") ?? "").Trim(), killed => _shell.ForRun(killed, _run.Options.MaxTime));
        return _run.StartAsync(work, call with { Arguments = JsonSerializer.SerializeToElement(arguments) }, abort);
    }
}
