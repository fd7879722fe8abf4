using Muster.Node.Policy.Shell;

namespace Muster.Node.Policy;

/// <summary>The commands of a line as the owner's rules see them.</summary>
internal static class CommandSubject
{
    public static IReadOnlyList<RuleSubject> Of(string line)
    {
        var isOdd = line.Any(letter => char.IsControl(letter) && letter is not ('\n' or '\t'));
        var all = ShellReader.Read(line).Select(Of).Where(subject => subject.Shown.Length > 0).DefaultIfEmpty(new RuleSubject(line));
        return [.. all.Select(subject => subject with { DoesMore = subject.DoesMore || isOdd })];
    }

    private static RuleSubject Of(ReadCommand read)
    {
        var command = read.Command;
        var writes = string.Join(' ', command.Redirects.Where(redirect => redirect.WritesFile).Select(redirect => $"{redirect.Operator} {redirect.Target.Text}"));
        var text = command.Text.Length > 0 ? command.Text : writes;
        return new RuleSubject(text)
        {
            Also = [.. AllStarted(read)],
            DoesMore = command.IsTooDeep || command.HangsOnMore || writes.Length > 0,
            Shown = command.IsTooDeep ? "a part that is nested or expanded too far to be checked" : command.Text.Length > 0 ? $"{text} {writes}".TrimEnd() : text,
        };
    }

    /// <summary>Through sudo, env, xargs, bash -c and their like, and without the program's folder.</summary>
    private static IEnumerable<string> AllStarted(ReadCommand read) => read.Invocations
        .Select(invocation => string.Join(' ', invocation.Texts.Prepend(invocation.Program)))
        .Concat(read.Inner.SelectMany(AllStarted));
}
