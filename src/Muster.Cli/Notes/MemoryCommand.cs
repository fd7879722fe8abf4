using System.CommandLine;
using Muster.Cli.Talk;
using Muster.Cli.Terminal;

namespace Muster.Cli.Notes;

/// <summary>What the assistant remembers.</summary>
internal static class MemoryCommand
{
    public static Command Create(CommandHost host) => new("memory", "See and delete what the assistant remembers of you.")
    {
        new MemoryListCommand(host),
        new MemoryRemoveCommand(host),
    };
}

internal sealed class MemoryListCommand : MusterCommand
{
    private const int ShortLength = 6;
    private const int Widest = 100;

    private readonly Argument<string[]> _words = new("WORDS") { Description = "Only notes in which all of these occur", Arity = ArgumentArity.ZeroOrMore };
    private readonly Option<int> _limit = new Option<int>("--limit") { Description = "How many, newest first", DefaultValueFactory = _ => 20, HelpName = "N" }.AtLeast(1);

    public MemoryListCommand(CommandHost host)
        : base(host, "list", """
            List what the assistant remembers of you, newest first.

            Examples:
              muster memory list
              muster memory list backup nas
            """)
    {
        Add(_words);
        Add(_limit);
    }

    protected override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        await using var hub = HubConnection.Open(context);
        var words = string.Join(' ', context.Parse.GetValue(_words)!);
        var notes = (await hub.Client.Notes.ListAsync(words.Length > 0 ? words : null, context.Parse.GetValue(_limit), null, cancellationToken)).Items;
        if (context.Json)
        {
            JsonLines.Write(context.Surroundings.Out, notes);
        }
        else if (notes.Count == 0)
        {
            context.Printer.Note(words.Length > 0 ? "No note has these words." : "Nothing is remembered yet. Tell the assistant: remember that …");
        }
        else
        {
            context.Printer.Table(["id", "when", "note"], notes.Select(note => (IReadOnlyList<string>)
                [note.Id[..ShortLength], When.Ago(note.At, context.Time), Columns.Cut(Ansi.Harmless(note.Text.ReplaceLineEndings(" ")), Widest)]));
        }

        return ExitCode.Ok;
    }
}

internal sealed class MemoryRemoveCommand : MusterCommand
{
    private readonly Argument<string?> _id = new("ID") { Description = "The note, or the first 6 characters that the list shows", Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<bool> _all = new("--all") { Description = "Every note" };

    public MemoryRemoveCommand(CommandHost host)
        : base(host, "remove", """
            Delete a note, or all of them.

            Examples:
              muster memory remove 9f3c2a
              muster memory remove --all
            """)
    {
        Add(_id);
        Add(_all);
    }

    protected override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var (id, all) = (context.Parse.GetValue(_id), context.Parse.GetValue(_all));
        if (all == !string.IsNullOrEmpty(id))
        {
            throw new CliException("Say which note, by the ID that muster memory list shows, or --all.", ExitCode.Usage);
        }

        await using var hub = HubConnection.Open(context);
        await (all ? hub.Client.Notes.RemoveAllAsync(cancellationToken) : hub.Client.Notes.RemoveAsync(id!, cancellationToken));
        context.Printer.Note(all ? "Nothing is remembered any more." : "The note is deleted.");
        return ExitCode.Ok;
    }
}
