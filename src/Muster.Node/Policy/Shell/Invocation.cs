namespace Muster.Node.Policy.Shell;

/// <summary>A program and its arguments, once sudo, env and the like are taken off.</summary>
/// <param name="Program">Lower case, without folder and <c>.exe</c>.</param>
/// <param name="Cwd">Where an earlier <c>cd</c> of the script went; null when unknown.</param>
internal sealed record Invocation(string Program, IReadOnlyList<ShellWord> Arguments, string? Cwd)
{
    public static string ProgramOf(ShellWord word)
    {
        var path = word.Raw.Length > 2 && word.Raw[1] == ':' ? word.Raw : word.Text;
        var name = path[(path.LastIndexOfAny(['/', '\\']) + 1)..].ToLowerInvariant();
        return name.EndsWith(".exe", StringComparison.Ordinal) || name.EndsWith(".com", StringComparison.Ordinal) ? name[..^4] : name;
    }

    public IEnumerable<string> Texts => Arguments.Select(argument => argument.Text);

    /// <summary>What is not an option: all after <c>--</c>, and before it what does not start with a dash.</summary>
    public IEnumerable<ShellWord> Operands
    {
        get
        {
            var end = Arguments.TakeWhile(argument => argument.Text != "--").Count();
            return Arguments.Where((argument, i) => i > end || (i < end && !(argument.Text is ['-', _, ..])));
        }
    }

    public bool Has(params ReadOnlySpan<string> words)
    {
        foreach (var word in words)
        {
            if (Texts.Contains(word, StringComparer.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>An option by one letter, alone or among others (<c>-rf</c>), or by its long name or an unmistakable beginning of it.</summary>
    public bool Flag(char letter, string longName) =>
        Texts.TakeWhile(text => text != "--").Any(text =>
            text is ['-', '-', ..]
                ? text.Length > 3 && longName.Length > 0 && ("--" + longName).StartsWith(text.Split('=')[0], StringComparison.Ordinal)
                : text is ['-', _, ..] && text.AsSpan(1).Contains(letter));

    /// <summary>Whether it goes down into folders, by <c>-r</c> or <c>-R</c>.</summary>
    public bool Recursive => Flag('r', "recursive") || Flag('R', "");

    public bool VitalOperand => Operands.Any(operand => VitalPaths.Contains(operand, Cwd));
}
