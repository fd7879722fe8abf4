using System.CommandLine;
using Muster.Cli.Jobs;
using Muster.Cli.Talk;
using Muster.Cli.Terminal;
using Muster.Client.Copies;
using Muster.Protocol.Transfers;

namespace Muster.Cli.Copies;

internal sealed class CopyCommand : MusterCommand
{
    private readonly Argument<string> _from = new Argument<string>("FROM") { Description = "A file: PATH here, or NODE:PATH" }.NotEmpty();
    private readonly Argument<string> _to = new Argument<string>("TO") { Description = "Where it goes: PATH here, or NODE:PATH; a folder keeps its name" }.NotEmpty();
    private readonly Option<bool> _force = new("--force", "-f") { Description = "Replace a file that is there" };

    public CopyCommand(CommandHost host)
        : base(host, "cp", """
            Copy a file from one machine to another, or between this one and another.

            A path on a machine is one of its working folder, as its file tools take it. A local name with a colon is written ./a:b.

            Examples:
              muster cp report.pdf nas:docs/
              muster cp nas:docs/report.pdf .
              muster cp nas:photos.tgz pi:backup/photos.tgz --force
            """)
    {
        Add(_from);
        Add(_to);
        Add(_force);
    }

    protected override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var (from, to) = (FilePlace.Parse(context.Parse.GetValue(_from)!), FilePlace.Parse(context.Parse.GetValue(_to)!));
        if (from.Node is null && to.Node is null)
        {
            throw new CliException("Both are files of this machine, for which the system has cp. Name a machine: NODE:PATH", ExitCode.Usage);
        }

        await using var hub = HubConnection.Open(context);
        var machines = new CopyMachines(context, hub.Client.Nodes);
        var (source, target) = (await machines.FindAsync(from, cancellationToken), await machines.FindAsync(to, cancellationToken));
        using var progress = new CopyProgress(context);
        var work = new CopyWork(context, hub.Client, context.Parse.GetValue(_force), progress);
        var (copy, place) = (source, target) switch
        {
            (null, { } there) => await work.SendAsync(LocalFile.ToRead(context, from.Path), new CopyPlace(there.Id, to.Path), cancellationToken),
            ({ } here, null) => await work.FetchAsync(CopySource.File(here.Id, from.Path), LocalFile.ToWrite(context, to.Path, NameOf(from.Path), context.Parse.GetValue(_force)), cancellationToken),
            ({ } here, { } there) => await work.BetweenAsync(CopySource.File(here.Id, from.Path), new CopyPlace(there.Id, to.Path), cancellationToken),
            _ => throw new InvalidOperationException("One of them is a machine."),
        };
        progress.Clear();
        Tell(context, copy, place);
        return ExitCode.Ok;
    }

    /// <summary>Silent in a pipe, as cp is.</summary>
    private static void Tell(CommandContext context, CopyInfo copy, string place)
    {
        if (context.Json)
        {
            JsonLines.Write(context.Surroundings.Out, copy);
        }
        else if (context.Surroundings.ErrorIsTerminal)
        {
            context.Printer.Note($"{Ansi.Harmless(place)} ({JobText.Bytes(copy.Total)})");
        }
    }

    private static string NameOf(string path) => path[(path.LastIndexOfAny(['/', '\\']) + 1)..] is { Length: > 0 } name
        ? name
        : throw new CliException($"{path} is a folder. Pack it there first (tar czf folder.tgz folder), and copy that.", ExitCode.Usage);
}
