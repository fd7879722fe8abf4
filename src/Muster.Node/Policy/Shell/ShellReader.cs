namespace Muster.Node.Policy.Shell;

/// <param name="Around">All commands of the same script.</param>
/// <param name="Invocations">The program, and what it starts, down to the one that does the work.</param>
/// <param name="Inner">The commands of the scripts that these run.</param>
internal sealed record ReadCommand(
    ShellCommand Command, IReadOnlyList<ShellCommand> Around, IReadOnlyList<Invocation> Invocations, IReadOnlyList<ReadCommand> Inner)
{
    public static ReadCommand TooDeep { get; } = new(ShellCommand.TooDeep, [], [], []);
}

/// <summary>Reads a script with all that its commands would start: what wrappers start, what shells are told, what pipes feed them.</summary>
internal sealed class ShellReader
{
    private const int Deepest = 8;

    // Wrappers within wrappers multiply; nobody who errs writes so much.
    private int _left = 4_000_000;

    private readonly record struct Fed(string Text, bool IsListing);

    public static IReadOnlyList<ReadCommand> Read(string script)
    {
        var reader = new ShellReader();
        // To bash a carriage return is a letter like others; a shell of Windows ends its line with both.
        var unix = script.Replace("\r\n", "\n", StringComparison.Ordinal);
        return unix == script ? reader.Read(script, cwd: null, 0) : [.. reader.Read(script, cwd: null, 0), .. reader.Read(unix, cwd: null, 0)];
    }

    private List<ReadCommand> Read(string script, string? cwd, int depth)
    {
        if (depth > Deepest)
        {
            return [ReadCommand.TooDeep];
        }

        var read = new List<ReadCommand>();
        foreach (var commands in ShellParser.Readings(script))
        {
            _left -= script.Length + 64;
            if (_left < 0)
            {
                read.Add(ReadCommand.TooDeep);
                break;
            }

            AddTo(read, commands, cwd, depth);
        }

        return read;
    }

    private void AddTo(List<ReadCommand> read, IReadOnlyList<ShellCommand> commands, string? cwd, int depth)
    {
        Fed? fed = null;
        var pipeline = 0;
        foreach (var command in commands)
        {
            fed = command.Pipeline == pipeline ? fed : null;
            pipeline = command.Pipeline;
            var input = fed?.Text ?? command.HereDocument;
            var invocations = Unwrapper.Invocations(WithInput(command.Words, input), cwd).ToList();
            var inner = invocations.SelectMany(invocation => Unwrapper.Scripts(invocation, input)).SelectMany(script => Read(script, cwd, depth + 1)).ToList();
            read.Add(new ReadCommand(command, commands, invocations, inner));

            fed = Output(command, invocations, fed);
            cwd = command.Words is [{ Text: "cd" or "pushd" or "chdir" }, .. var target]
                ? VitalPaths.Join(cwd, target is [] ? "~" : target[^1].Text)
                : cwd;
        }
    }

    // xargs turns what it reads into arguments.
    private static ShellWord[] WithInput(ShellWord[] words, string? input) =>
        input is null || !Array.Exists(words, word => Invocation.ProgramOf(word) is "xargs" or "parallel")
            ? words
            : [.. words, .. input.Split([' ', '\n', '\t', '\0'], StringSplitOptions.RemoveEmptyEntries).Select(part => new ShellWord(part, part))];

    private static Fed? Output(ShellCommand command, List<Invocation> invocations, Fed? input) =>
        Echoed(command) is { } said ? new Fed(said, false)
        : string.Join('\n', invocations.SelectMany(Listing.Folders).Select(word => word.Text)) is { Length: > 0 } folders ? new Fed(folders, true)
        : command.HereDocument is { } document ? new Fed(document, false)
        // What chooses from a listing leaves something else.
        : input is { IsListing: true } && invocations is [{ Program: "grep" or "egrep" or "fgrep" or "rg" or "awk" or "sed" or "head" or "tail" }, ..] ? null
        : input;

    private static string? Echoed(ShellCommand command) =>
        command.Words is [{ Text: "echo" or "printf" }, .. var words]
            ? string.Join(' ', words.Where(word => word.Text is not ("-e" or "-n" or "-en")).Select(word => word.Text.Replace("\\n", "\n", StringComparison.Ordinal)))
            : null;
}
