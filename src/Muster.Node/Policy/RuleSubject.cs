namespace Muster.Node.Policy;

/// <summary>What the owner's rules are compared with: one command of a line, a path, an address, the arguments of a call.</summary>
/// <param name="Text">What is done, as it is: <c>allow</c> is compared with this alone.</param>
internal sealed record RuleSubject(string Text)
{
    /// <summary>Other spellings of it, and all that it starts: forbidding and asking reach these too.</summary>
    public IReadOnlyList<string> Also { get; init; } = [];

    /// <summary>The text does not tell all of it: only <c>*</c> allows it.</summary>
    public bool DoesMore { get; init; }

    public string Shown { get; init; } = Text;

    /// <summary>Of a path: what stands before a relative one where a pattern is a whole path.</summary>
    public IEnumerable<string> Folders { get; init; } = [];

    public bool Fits(PolicyRule rule) => rule.Action switch
    {
        PolicyAction.Allow => Fits(rule, Text) && (!DoesMore || rule.Pattern == "*"),
        _ => Also.Prepend(Text).Any(text => Fits(rule, text)),
    };

    private bool Fits(PolicyRule rule, string text) =>
        rule.Fits(text) || (Path.IsPathRooted(rule.Pattern) && !Path.IsPathRooted(text) && Folders.Any(folder => rule.Fits(text == "." ? folder : $"{folder}/{text}")));
}
