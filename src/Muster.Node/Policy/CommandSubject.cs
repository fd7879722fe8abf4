namespace Muster.Node.Policy;

/// <summary>One command of a line as the owner's rules see it.</summary>
internal sealed record CommandSubject(string Text)
{
    /// <summary>The text of everything that it starts: through sudo, env, xargs, bash -c and their like, and without the program's folder.</summary>
    public IReadOnlyList<string> Started { get; init; } = [];

    /// <summary>What the text does not tell: it writes a file by a redirect, or cannot be read to its end.</summary>
    public bool DoesMore { get; init; }

    public string Shown { get; init; } = Text;

    public static CommandSubject Of(ReadCommand read)
    {
        var command = read.Command;
        var writes = string.Join(' ', command.Redirects.Where(redirect => redirect.WritesFile).Select(redirect => $"{redirect.Operator} {redirect.Target.Text}"));
        var text = command.Text.Length > 0 ? command.Text : writes;
        return new CommandSubject(text)
        {
            Started = [.. AllStarted(read)],
            DoesMore = command.IsTooDeep || writes.Length > 0,
            Shown = command.IsTooDeep ? "a part that is nested or expanded too far to be checked" : command.Text.Length > 0 ? $"{text} {writes}".TrimEnd() : text,
        };
    }

    /// <summary>Forbidding and asking reach what is started; allowing covers what is written there and no more.</summary>
    public bool Fits(PolicyRule rule) => rule.Action switch
    {
        PolicyAction.Allow => rule.Fits(Text) && (!DoesMore || rule.Pattern == "*"),
        _ => rule.Fits(Text) || Started.Any(rule.Fits),
    };

    private static IEnumerable<string> AllStarted(ReadCommand read) => read.Invocations
        .Select(invocation => string.Join(' ', invocation.Texts.Prepend(invocation.Program)))
        .Concat(read.Inner.SelectMany(AllStarted));
}
