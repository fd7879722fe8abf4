namespace Muster.Node.Policy.Shell;

/// <param name="Text">Quotes and escapes applied, known variables filled in.</param>
/// <param name="Raw">Quotes taken off, backslashes kept: what Windows paths look like.</param>
internal sealed record ShellWord(string Text, string Raw)
{
    /// <summary>What it comes to when the variables in it that nobody knows are not set.</summary>
    public string IfUnset { get; init; } = Text;
}

internal sealed record ShellRedirect(string Operator, ShellWord Target)
{
    private static readonly string[] _nowhere = ["/dev/null", "/dev/stdout", "/dev/stderr", "/dev/tty"];

    /// <summary>Whether a file is made or changed by it; <c>2>&amp;1</c> and what goes to /dev/null are none.</summary>
    public bool WritesFile => Operator.Contains('>', StringComparison.Ordinal)
        && !_nowhere.Contains(Target.Text, StringComparer.Ordinal)
        && !(Operator.EndsWith('&') && (Target.Text == "-" || Target.Text.TrimEnd('-').All(char.IsAsciiDigit)));

    public bool Appends => Operator.EndsWith(">>", StringComparison.Ordinal);
}

/// <summary>One command with its words, as a shell would find it in a script.</summary>
internal sealed record ShellCommand(ShellWord[] Words, ShellRedirect[] Redirects)
{
    /// <summary>Stands for what is nested so deeply, or expands to so much, that nobody reads it.</summary>
    public static ShellCommand TooDeep { get; } = new([], []);

    public bool IsTooDeep => Words is [] && Redirects is [];

    /// <summary>Commands joined by pipes share it.</summary>
    public int Pipeline { get; init; }

    /// <summary>The function in whose body it stands.</summary>
    public string? Function { get; init; }

    public bool Background { get; set; }

    /// <summary>Its script sets variables or holds here-documents: what comes of it, its words do not tell.</summary>
    public bool HangsOnMore { get; init; }

    /// <summary>What is fed to it in the script itself.</summary>
    public string? HereDocument { get; init; }

    public string Text => string.Join(' ', Words.Select(word => word.Text));
}
