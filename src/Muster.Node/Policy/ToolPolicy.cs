using System.Text.Json;
using Muster.Node.Background;
using Muster.Node.Folders;
using Muster.Node.Policy.Owner;
using Muster.Node.Sandbox;
using Muster.Node.Tools;

namespace Muster.Node.Policy;

/// <summary>Whether a call may run: what the owner's sentences forbid, then the owner's rules, then the defaults. The asking is done by others.</summary>
/// <param name="folder">The working folder, below which paths are compared with rules.</param>
/// <param name="sentences">Of <c>agent.rules</c>; those that forbid something are held against every call, and no rule of the policy lifts them.</param>
public sealed class ToolPolicy(string folder, IReadOnlyList<PolicyRule> rules, IReadOnlyList<string>? sentences = null)
{
    private readonly IReadOnlyList<OwnerRule> _guards = OwnerRule.Of(sentences ?? []);
    private readonly NamedPaths _paths = new(folder);

    private const string Copy = "file_copy";

    private static readonly HashSet<string> _harmless =
    [
        "file_read", "file_write", "file_edit", "file_list", "file_search", "file_copy", "system", "memory_read", "memory_write", "nodes",
        "schedule", "task_status", "web", "skill", "sensor",
    ];

    /// <summary>Whether a sentence of <c>agent.rules</c> is held against calls; otherwise it is advice to the model.</summary>
    public static bool Enforces(string sentence) => OwnerRule.TryParse(sentence) is not null;

    /// <param name="isolation">Of the shell; of coding agents for what becomes a prompt of one.</param>
    public PolicyDecision Decide(string tool, JsonElement arguments, ShellIsolation isolation) => BackgroundPrompt.Is(tool, arguments)
        ? BackgroundPrompt.Meant(arguments).Select(prompt => DecideOne(Coding.CodingSessionTool.ToolName, prompt, isolation))
            .Append(Ruled(tool, new RuleSubject(BackgroundPrompt.Of(arguments)!)) ?? PolicyDecision.Allow)
            .MaxBy(decision => decision.Action)!
        : DecideOne(tool, arguments, isolation);

    private PolicyDecision DecideOne(string tool, JsonElement arguments, ShellIsolation isolation) => ToolNames.Meant(tool, arguments)
        .Select(name => name switch
        {
            "shell" or "run_background" => Shell(name, arguments, isolation),
            Coding.CodingSessionTool.ToolName => Coded(ToolSubject.ForRules(name, arguments, _paths), isolation),
            "home_assistant" => House(name, ToolSubject.ForRules(name, arguments, _paths), "states", "get", "services"),
            "mqtt" => House(name, ToolSubject.ForRules(name, arguments, _paths), "read"),
            // What is sent has been read.
            "file_send" => Ruled(name, ToolSubject.ForRules(name, arguments, _paths), "file_read") ?? PolicyDecision.Allow,
            "gpio" => Gpio(ToolSubject.ForRules(name, arguments, _paths)),
            _ => Other(name, ToolSubject.ForRules(name, arguments, _paths)),
        })
        .Concat(Guarded(tool, arguments))
        .MaxBy(decision => decision.Action)!;

    /// <summary>A skill in Python does what a command can do, so without a rule it is as free as one.</summary>
    public PolicyDecision DecideSkill(string tool, JsonElement arguments, ShellIsolation isolation)
    {
        var decision = isolation == ShellIsolation.Off
            ? PolicyDecision.Deny("Commands are switched off on this machine (tools.shell.isolation: off), and skills in Python with them.")
            : Ruled(tool, ToolSubject.Whole(arguments))
                ?? (isolation == ShellIsolation.Process ? PolicyDecision.Allow : PolicyDecision.Ask($"The skill {tool} would run on the machine itself, outside of any sandbox."));
        return Guarded(tool, arguments).Append(decision).MaxBy(each => each.Action)!;
    }

    /// <summary>One end of a file's way between machines: what the tool that does the same here may do, and what the owner's rules for <c>file_copy</c> say.</summary>
    /// <param name="otherwise">Without a rule for <c>file_copy</c>.</param>
    public PolicyDecision DecideCopy(string tool, JsonElement arguments, PolicyDecision otherwise)
    {
        var subject = ToolSubject.ForRules(tool, arguments, _paths);
        PolicyDecision[] decisions = [Other(tool, subject), Ruled(Copy, subject) ?? otherwise, .. Guarded(tool, arguments)];
        return decisions.MaxBy(decision => decision.Action)!;
    }

    private IEnumerable<PolicyDecision> Guarded(string tool, JsonElement arguments) => _guards.Select(guard => guard.Decide(tool, arguments)).OfType<PolicyDecision>();

    // In the background a command is as free as in the foreground. A line is as free as its least free command: allowing `git *` must not allow `git status; curl …`.
    private PolicyDecision Shell(string tool, JsonElement arguments, ShellIsolation isolation)
    {
        if (isolation == ShellIsolation.Off)
        {
            return PolicyDecision.Deny("Commands are switched off on this machine (tools.shell.isolation: off).");
        }

        var line = arguments.ValueKind == JsonValueKind.Object && arguments.TryGetProperty("command", out var text)
            && text.ValueKind == JsonValueKind.String ? text.GetString()! : "";
        return CommandSubject.Of(line).Select(subject => Shell(tool, subject, isolation)).MaxBy(decision => decision.Action)!;
    }

    private PolicyDecision Shell(string tool, RuleSubject subject, ShellIsolation isolation) =>
        Ruled(tool, subject, "shell")
        ?? (isolation == ShellIsolation.Process
            ? PolicyDecision.Allow
            : PolicyDecision.Ask($"\"{subject.Shown}\" would run on the machine itself, outside of any sandbox."));

    private PolicyDecision Other(string tool, RuleSubject subject) =>
        Ruled(tool, subject)
        ?? (_harmless.Contains(tool) || IsOfOwnersServer(tool) ? PolicyDecision.Allow : PolicyDecision.Ask($"{tool} has effects outside of the working folder."));

    // In the sandbox a coding agent is held as a command is; what it does on the machine itself, it does with all rights.
    private PolicyDecision Coded(RuleSubject subject, ShellIsolation isolation) =>
        Ruled(Coding.CodingSessionTool.ToolName, subject)
        ?? (isolation == ShellIsolation.Host && subject.Text.Split(' ')[0] is "new" or "send"
            ? PolicyDecision.Ask("A coding agent would work on the machine itself, outside of any sandbox.")
            : PolicyDecision.Allow);

    // Looking at pins is free; what hangs at them may be a motor or a door.
    private PolicyDecision Gpio(RuleSubject subject) =>
        Ruled("gpio", subject)
        ?? (subject.Text.Split(' ')[0] is "list" or "read"
            ? PolicyDecision.Allow
            : PolicyDecision.Ask("gpio would set a pin of this machine, which acts on what hangs at it."));

    // As with pins: what a lamp shows is free, what a message does may open a door.
    private PolicyDecision House(string tool, RuleSubject subject, params ReadOnlySpan<string> reading) =>
        Ruled(tool, subject)
        ?? (reading.Contains(subject.Text.Split(' ')[0]) ? PolicyDecision.Allow : PolicyDecision.Ask($"\"{subject.Text}\" acts on the house by {tool}."));

    // The owner named these servers in muster.yaml (or trusted the folder that does): that was the yes.
    private static bool IsOfOwnersServer(string tool) => tool.StartsWith("mcp__", StringComparison.Ordinal);

    /// <param name="inPlaceOf">A tool whose rules hold for this one too.</param>
    private PolicyDecision? Ruled(string tool, RuleSubject subject, string? inPlaceOf = null) =>
        rules.FirstOrDefault(rule => (rule.IsFor(tool) || (inPlaceOf is not null && rule.IsFor(inPlaceOf))) && subject.Fits(rule)) switch
        {
            null => null,
            { Action: PolicyAction.Allow } => PolicyDecision.Allow,
            { Action: PolicyAction.Ask } rule => PolicyDecision.Ask($"The owner's rule \"{rule.Tool}: {rule.Pattern}\" wants a person's yes for {tool} \"{subject.Text}\"."),
            var rule => PolicyDecision.Deny($"The owner's rule \"{rule.Tool}: {rule.Pattern}\" forbids {tool} \"{subject.Text}\"."),
        };
}
