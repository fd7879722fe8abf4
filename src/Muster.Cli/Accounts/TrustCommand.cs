using System.CommandLine;
using Muster.Cli.Terminal;
using Muster.Node.Folders;

namespace Muster.Cli.Accounts;

internal sealed class TrustCommand : MusterCommand
{
    private readonly Argument<string?> _folder = new Argument<string?>("DIR") { Description = "The folder", Arity = ArgumentArity.ZeroOrOne }.NotEmpty();
    private readonly Option<bool> _remove = new("--remove") { Description = "Trust it no more" };
    private readonly Option<bool> _list = new("--list") { Description = "Print the trusted folders" };

    public TrustCommand(CommandHost host)
        : base(host, "trust", """
            Let the AGENTS.md and skills of a folder load when an agent works in it.

            What they say steers the agent, so trust only what you would run yourself.

            Examples:
              muster trust ~/projects/todo_app
              muster trust --list
              muster trust ~/projects/todo_app --remove
            """)
    {
        Add(_folder);
        Add(_remove);
        Add(_list);
    }

    protected override Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var trusted = new TrustedFolders(context.Home.Path);
        if (context.Parse.GetValue(_list))
        {
            List(context, [.. trusted.List()]);
            return Task.FromResult(ExitCode.Ok);
        }

        var named = context.Parse.GetValue(_folder) ?? throw new CliException("Which folder? For example: muster trust .", ExitCode.Usage);
        var folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(named, context.Surroundings.Directory));
        if (context.Parse.GetValue(_remove))
        {
            trusted.Remove(folder);
            context.Printer.Note($"{folder} is not trusted.");
            return Task.FromResult(ExitCode.Ok);
        }

        if (!Directory.Exists(folder))
        {
            throw new CliException($"There is no folder {folder}.", ExitCode.NotFound);
        }

        context.Printer.Note($"{trusted.Add(folder)} is trusted: its AGENTS.md and skills load.");
        return Task.FromResult(ExitCode.Ok);
    }

    private static void List(CommandContext context, IReadOnlyList<string> folders)
    {
        if (context.Json)
        {
            JsonLines.Write<FolderLine>(context.Surroundings.Out, [.. folders.Select(folder => new FolderLine(folder))]);
            return;
        }

        foreach (var folder in folders)
        {
            context.Printer.Verbatim(folder);
        }

        if (folders.Count == 0)
        {
            context.Printer.Note("No folder is trusted.");
        }
    }
}
