namespace Muster.Node.Policy.Shell;

internal enum ShellTokenKind
{
    Word,
    Operator,
    Redirect,
}

/// <param name="Split">It came from an unquoted variable, so a shell would split it at spaces.</param>
/// <param name="Nested">Scripts of $(...) and `...` inside.</param>
internal sealed record ShellToken(ShellTokenKind Kind, string Text, string Raw, bool Split, IReadOnlyList<string> Nested)
{
    public ShellWord Word { get; init; } = new(Text, Raw);
}
