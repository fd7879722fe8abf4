using Muster.Node.Policy.Shell;

namespace Muster.Node.Policy;

/// <param name="Name">For logs and tests.</param>
/// <param name="Programs">Names, separated by spaces; <c>*</c> at the end stands for any ending.</param>
/// <param name="Would">Completes the sentence: it would …</param>
internal sealed record GuardRule(string Name, string Programs, Func<Invocation, bool> Matches, string Would)
{
    /// <summary>A sentence that says what to do instead; null where there is nothing else to do.</summary>
    public string? Instead { get; init; }

    private readonly string[] _programs = Programs.Split(' ');

    public bool Refuses(Invocation command) =>
        _programs.Any(name => name.EndsWith('*')
            ? command.Program.StartsWith(name[..^1], StringComparison.Ordinal)
            : command.Program == name)
        && Matches(command);
}
