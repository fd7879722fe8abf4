using Muster.Node.Policy.Shell;

namespace Muster.Node.Policy;

/// <param name="Rule">The rule's name, for logs.</param>
/// <param name="Sentence">What a person or model reads.</param>
public sealed record Refusal(string Rule, string Sentence);

/// <summary>
/// Refuses commands that would wreck the machine. It reads commands as a shell does and matches programs and
/// arguments, not substrings. It is a guard rail against mistakes: an interpreter can do anything without naming
/// it, so the sandbox is the wall.
/// </summary>
public static class CommandGuard
{
    /// <returns>Null when nothing in it is on the blocklist.</returns>
    public static Refusal? Check(string command) => Check(ShellReader.Read(command));

    private static Refusal? Check(IEnumerable<ReadCommand> commands) => commands
        .Select(read => read.Command.IsTooDeep ? TooDeep : Redirect(read.Command) ?? Bomb(read) ?? Program(read) ?? Check(read.Inner))
        .FirstOrDefault(refusal => refusal is not null);

    private static Refusal? Program(ReadCommand read) => (
        from invocation in read.Invocations
        from rule in GuardRules.All
        where rule.Refuses(invocation)
        select Refuse(rule.Name, read.Command.Text, rule.Would, rule.Instead)).FirstOrDefault();

    private static Refusal? Redirect(ShellCommand command) => (
        from redirect in command.Redirects
        where redirect.WritesFile
        let target = redirect.Target.Text
        let shown = $"{command.Text} {redirect.Operator} {target}".TrimStart()
        select VitalPaths.IsDevice(target) ? Refuse("redirect", shown, GuardRules.Disk)
            : VitalPaths.IsTrigger(target) ? Refuse("sysrq", shown, GuardRules.Crash)
            : VitalPaths.IsVitalFile(target) && !redirect.Appends ? Refuse("vital-file", shown, GuardRules.EmptyFile)
            : null).FirstOrDefault(refusal => refusal is not null);

    // A function that starts itself again without waiting, or twice at once: :(){ :|:& };:
    private static Refusal? Bomb(ReadCommand read)
    {
        var command = read.Command;
        bool CallsItself(ShellCommand other) => other.Function is { } name && other.Words is [var first, ..] && first.Text == name;
        return CallsItself(command)
            && (command.Background || read.Around.Count(other => other.Pipeline == command.Pipeline && CallsItself(other)) > 1)
            ? Refuse("fork-bomb", $"{command.Function}() {{ … }}", "start copies of itself until the machine stops (a fork bomb)")
            : null;
    }

    private static Refusal TooDeep { get; } = new("nesting",
        "Refused: commands are nested or expanded too far to be checked. Write them one after another, or put them into a script file.");

    private static Refusal Refuse(string rule, string command, string would, string? instead = null)
    {
        var shown = command.Length > 120 ? command[..120] + "…" : command;
        return new Refusal(rule,
            $"Refused: \"{shown}\" would {would}. {instead ?? "Such commands never run here; whoever means it types it on that machine."}");
    }
}
