using System.CommandLine;

namespace Muster.Cli.Operations;

internal sealed class LogsCommand : MusterCommand
{
    private static readonly TimeSpan _poll = TimeSpan.FromMilliseconds(250);

    private readonly Option<bool> _follow = new("--follow", "-f") { Description = "Go on printing what is added" };
    private readonly Option<int> _lines = new Option<int>("--lines", "-n") { Description = "How many lines to begin with", DefaultValueFactory = _ => 50, HelpName = "N" }.AtLeast(0);

    public LogsCommand(CommandHost host)
        : base(host, "logs", """
            Print the newest log of this home's hub or node.

            Examples:
              muster logs
              muster logs -f
            """)
    {
        Add(_follow);
        Add(_lines);
    }

    protected override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var file = Newest(context) ?? throw new CliException($"There are no logs in {context.Home.Logs} yet; they are written by muster up, hub and node.", ExitCode.NotFound);
        var position = Tail(context, file);
        while (context.Parse.GetValue(_follow))
        {
            await Task.Delay(_poll, context.Time, cancellationToken);
            if (Newest(context) is { } newer && newer != file)
            {
                (file, position) = (newer, 0);
            }

            position = Copy(context, file, position);
        }

        return ExitCode.Ok;
    }

    private static string? Newest(CommandContext context) =>
        Directory.Exists(context.Home.Logs) ? Directory.EnumerateFiles(context.Home.Logs, "*.log").Max(StringComparer.Ordinal) : null;

    private long Tail(CommandContext context, string file)
    {
        using var reader = Open(file, 0);
        var kept = new Queue<string>();
        while (reader.ReadLine() is { } line)
        {
            kept.Enqueue(line);
            if (kept.Count > context.Parse.GetValue(_lines))
            {
                kept.Dequeue();
            }
        }

        foreach (var line in kept)
        {
            context.Printer.Verbatim(line);
        }

        return reader.BaseStream.Position;
    }

    private static long Copy(CommandContext context, string file, long position)
    {
        using var reader = Open(file, position);
        context.Surroundings.Out.Write(reader.ReadToEnd());
        context.Surroundings.Out.Flush();
        return reader.BaseStream.Position;
    }

    private static StreamReader Open(string file, long position)
    {
        var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        stream.Position = position;
        return new StreamReader(stream);
    }
}
