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
    private const int Deepest = 8;

    /// <returns>Null when nothing in it is on the blocklist.</returns>
    public static Refusal? Check(string command) => Check(command, cwd: null, 0);

    private static Refusal? Check(string script, string? cwd, int depth)
    {
        if (depth > Deepest)
        {
            return TooDeep;
        }

        string? echoed = null;
        var pipeline = 0;
        var all = ShellParser.Parse(script);
        foreach (var command in all)
        {
            if (command.IsTooDeep)
            {
                return TooDeep;
            }

            echoed = command.Pipeline == pipeline ? echoed : null;
            pipeline = command.Pipeline;
            var refusal = Device(command) ?? Bomb(command, all) ?? Words(command, cwd, echoed ?? command.HereDocument, depth);
            if (refusal is not null)
            {
                return refusal;
            }

            echoed = Echoed(command) ?? command.HereDocument ?? echoed;
            cwd = command.Words is [{ Text: "cd" or "pushd" or "chdir" }, .. var target]
                ? VitalPaths.Join(cwd, target is [] ? "~" : target[^1].Text)
                : cwd;
        }

        return null;
    }

    private static Refusal? Words(ShellCommand command, string? cwd, string? input, int depth)
    {
        foreach (var invocation in Unwrapper.Invocations(WithInput(command.Words, input), cwd))
        {
            if (GuardRules.All.FirstOrDefault(rule => rule.Refuses(invocation)) is { } rule)
            {
                return Refuse(rule.Name, command.Text, rule.Would);
            }

            foreach (var inner in Unwrapper.Scripts(invocation, input))
            {
                if (Check(inner, cwd, depth + 1) is { } refusal)
                {
                    return refusal;
                }
            }
        }

        return null;
    }

    // xargs turns what it reads into arguments.
    private static ShellWord[] WithInput(ShellWord[] words, string? input) =>
        input is null || !Array.Exists(words, word => Invocation.ProgramOf(word) is "xargs" or "parallel")
            ? words
            : [.. words, .. input.Split([' ', '\n', '\t', '\0'], StringSplitOptions.RemoveEmptyEntries).Select(part => new ShellWord(part, part))];

    private static string? Echoed(ShellCommand command) =>
        command.Words is [{ Text: "echo" or "printf" }, .. var words]
            ? string.Join(' ', words.Where(word => word.Text is not ("-e" or "-n" or "-en")).Select(word => word.Text.Replace("\\n", "\n", StringComparison.Ordinal)))
            : null;

    private static Refusal? Device(ShellCommand command) => command.Redirects
        .Where(redirect => redirect.Operator.Contains('>', StringComparison.Ordinal))
        .Select(redirect => redirect.Target.Text)
        .Select(target =>
            VitalPaths.IsDevice(target) ? Refuse("redirect", $"{command.Text} > {target}", "overwrite a disk")
            : target == "/proc/sysrq-trigger" ? Refuse("sysrq", $"{command.Text} > {target}", "crash or restart this machine")
            : null)
        .FirstOrDefault(refusal => refusal is not null);

    // A function that starts itself again without waiting, or twice at once: :(){ :|:& };:
    private static Refusal? Bomb(ShellCommand command, IReadOnlyList<ShellCommand> all)
    {
        bool CallsItself(ShellCommand other) => other.Function is { } name && other.Words is [var first, ..] && first.Text == name;
        return CallsItself(command)
            && (command.Background || all.Count(other => other.Pipeline == command.Pipeline && CallsItself(other)) > 1)
            ? Refuse("fork-bomb", $"{command.Function}() {{ … }}", "start copies of itself until the machine stops (a fork bomb)")
            : null;
    }

    private static Refusal TooDeep { get; } =
        new("nesting", "Refused: commands are nested too deeply to be checked. Write them one after another, or put them into a script file.");

    private static Refusal Refuse(string rule, string command, string would)
    {
        var shown = command.Length > 120 ? command[..120] + "…" : command;
        return new Refusal(rule, $"Refused: \"{shown}\" would {would}. Such commands never run here; whoever means it types it on that machine.");
    }
}
