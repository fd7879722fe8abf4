using System.Globalization;
using System.Text.Json;
using Muster.Agents.Tools;
using Muster.Node.Folders;
using Muster.Node.Policy;
using Muster.Node.Sandbox;

namespace Muster.Node.Tools;

/// <summary>Runs one command line. Also behind <c>/shell</c> and <c>$ CMD</c>, so that the guard is passed in one place.</summary>
public sealed class ShellTool : Tool
{
    private const int LongestCommand = 100_000;

    // Together, escaped as JSON, they stay below what the loop lets through to the model.
    private const int StdoutChars = 24_000;
    private const int StderrChars = 12_000;
    private static readonly TimeSpan _grace = TimeSpan.FromSeconds(2);

    private readonly ConfinedFolder _folder;
    private readonly ShellLauncher _launcher;
    private readonly ToolOptions _options;
    private readonly TimeProvider _time;
    private readonly Action<int> _onKilled;
    private readonly bool _mayLeave;

    internal ShellTool(ConfinedFolder folder, ShellLauncher launcher, ToolOptions options, TimeProvider time, Action<int>? onKilled = null, bool mayLeave = false)
    {
        (_folder, _launcher, _options, _time, _onKilled, _mayLeave) = (folder, launcher, options, time, onKilled ?? (_ => { }), mayLeave);
        Parameters = Arguments.Schema($$"""
            {"type": "object", "properties": {
              "command": {"type": "string", "description": "What bash would run. Standard input is empty."},
              "cwd": {"type": "string", "description": "Folder to run it in, relative to the working folder; for a whole path outside of it a person is asked.", "default": "."},
              "timeout": {"type": "number", "description": "Seconds, at most {{options.ShellMaxTimeout.TotalSeconds}}; a call that asks for more than a minute goes on in the background, where it may ask for more.", "default": {{options.ShellTimeout.TotalSeconds}}}
            }, "required": ["command"]}
            """);
    }

    public override string Name => "shell";

    public override string Description =>
        "Runs a shell command on this machine and returns stdout, stderr and exit_code. " +
        $"It starts in the working folder, may write only there, and is ended after {_options.ShellTimeout.TotalSeconds} s unless timeout says otherwise. " +
        "Processes that it leaves behind are ended with it.";

    public override JsonElement Parameters { get; }

    public override IReadOnlyList<string> Aliases => ["shell_exec", "run_shell"];

    public override OutputCap Cap => OutputCap.Tail;

    public override bool MayTakeLong => true;

    /// <summary>For a run in which a person is asked before a command runs outside of the working folder.</summary>
    /// <param name="onKilled">Told how many processes each command had running when it was ended.</param>
    /// <param name="most">Time that a command may ask for, in place of <c>tools.shell.max_timeout</c>; null: that.</param>
    internal ShellTool ForRun(Action<int> onKilled, TimeSpan? most = null) =>
        new(_folder, _launcher, _options with { ShellMaxTimeout = most ?? _options.ShellMaxTimeout }, _time, onKilled, mayLeave: true);

    public override async Task<ToolResult> ExecuteAsync(ToolCall call, CancellationToken abort)
    {
        var command = call.Required("command");
        if (command.Length > LongestCommand)
        {
            throw new ToolException($"The command is {command.Length} characters long; {LongestCommand} is the most. Write a script file and run that.");
        }

        if (command.Contains('\0', StringComparison.Ordinal))
        {
            throw new ToolException("A command cannot contain a NUL character.");
        }

        if (CommandGuard.Check(command) is { } refusal)
        {
            throw new ToolException(refusal.Sentence);
        }

        var seconds = call.Whole("timeout", (int)_options.ShellTimeout.TotalSeconds, 1, (int)_options.ShellMaxTimeout.TotalSeconds);
        var plan = await _launcher.PlanAsync(command, Folder(call));
        var progress = new ShellProgress(call.Update, _time);
        var limits = new ProcessLimits(TimeSpan.FromSeconds(seconds), _grace, StdoutChars, StderrChars);
        var started = _time.GetTimestamp();
        var outcome = await SandboxedProcess.RunAsync(plan, limits, Into(call, progress), _time, abort);
        _onKilled(outcome.Killed);
        abort.ThrowIfCancellationRequested();

        var result = new ShellResult(outcome.Stdout.ToString(), outcome.Stderr.ToString(), outcome.ExitCode, Note(outcome, seconds));
        var details = new ShellDetails(
            _launcher.Isolation.ToString().ToLowerInvariant(), (long)_time.GetElapsedTime(started).TotalMilliseconds,
            outcome.Killed, outcome.Stdout.Bytes, outcome.Stderr.Bytes, outcome.End == ProcessEnd.TimedOut);
        return ToolJson.Result(
            JsonSerializer.Serialize(result, ToolJson.Plain.ShellResult),
            JsonSerializer.SerializeToElement(details, ToolJson.Plain.ShellDetails));
    }

    private string Folder(ToolCall call)
    {
        if (!_mayLeave || OutsideFolder.Of(Name, call.Arguments, _options.WorkingDir) is not { } outside)
        {
            return _folder.DirectoryPath(call.Optional("cwd") ?? ".");
        }

        if (outside == Path.GetPathRoot(outside))
        {
            throw new ToolException("A command does not run in the root of the machine. Name the folder that it needs.");
        }

        // Of Muster's own state only the folder for work is to be seen, which cannot be told from a folder above both.
        return _folder.Hidden.Paths.Any(place => RealPath.IsInside(outside, place) || (RealPath.IsInside(place, outside) && RealPath.IsInside(_folder.Root, place)))
            ? throw ConfinedFolder.HiddenPlace(outside)
            : Directory.Exists(outside) ? outside : throw new ToolException($"There is no folder \"{outside}\".");
    }
    private static Action<string> Into(ToolCall call, ShellProgress progress) => text =>
    {
        call.Output?.Invoke(text);
        progress.Add(text);
    };

    private string Limit(int seconds) => seconds < _options.ShellMaxTimeout.TotalSeconds
        ? string.Create(CultureInfo.InvariantCulture, $"the limit; ask for up to {_options.ShellMaxTimeout.TotalSeconds} s")
        : "the most that a command may take";

    private string? Note(ProcessOutcome outcome, int seconds)
    {
        var notes = new List<string>();
        if (outcome.End == ProcessEnd.TimedOut)
        {
            notes.Add(string.Create(CultureInfo.InvariantCulture, $"Stopped after {seconds} s ({Limit(seconds)}); its processes were ended."));
        }
        else if (outcome.Killed > 0)
        {
            notes.Add(string.Create(CultureInfo.InvariantCulture, $"{outcome.Killed} processes that it left running were ended."));
        }

        if (outcome.Stdout.Cut || outcome.Stderr.Cut)
        {
            notes.Add(string.Create(CultureInfo.InvariantCulture,
                $"The output was cut in the middle: {outcome.Stdout.Bytes} bytes of stdout, {outcome.Stderr.Bytes} of stderr. Write it to a file to see it all."));
        }

        return notes.Count == 0 ? null : string.Join(' ', notes);
    }
}
