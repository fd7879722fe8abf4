namespace Muster.Node.Policy;

/// <param name="Text">Quotes and escapes applied, known variables filled in.</param>
/// <param name="Raw">Quotes taken off, backslashes kept: what Windows paths look like.</param>
internal sealed record ShellWord(string Text, string Raw);

internal sealed record ShellRedirect(string Operator, ShellWord Target);

/// <summary>One command with its words, as a shell would find it in a script.</summary>
internal sealed record ShellCommand(ShellWord[] Words, ShellRedirect[] Redirects)
{
    /// <summary>Stands for what is nested so deeply that nobody reads it.</summary>
    public static ShellCommand TooDeep { get; } = new([], []);

    public bool IsTooDeep => Words is [] && Redirects is [];

    /// <summary>Commands joined by pipes share it.</summary>
    public int Pipeline { get; init; }

    /// <summary>The function in whose body it stands.</summary>
    public string? Function { get; init; }

    public bool Background { get; set; }

    /// <summary>What is fed to it in the script itself.</summary>
    public string? HereDocument { get; init; }

    public string Text => string.Join(' ', Words.Select(word => word.Text));
}
