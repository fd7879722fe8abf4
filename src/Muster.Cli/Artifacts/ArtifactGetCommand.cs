using System.CommandLine;
using Muster.Cli.Jobs;
using Muster.Cli.Talk;
using Muster.Cli.Terminal;
using Muster.Protocol.Transfers;

namespace Muster.Cli.Artifacts;

internal sealed class ArtifactGetCommand : MusterCommand
{
    private readonly Argument<string> _hash = new Argument<string>("SHA256") { Description = "The file's hash, as it was shown" }.NotEmpty();
    private readonly Argument<string?> _file = new("FILE") { Description = "Where it goes; by default a file here that is named by its hash", Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<bool> _force = new("--force", "-f") { Description = "Replace a file that is there" };

    public ArtifactGetCommand(CommandHost host)
        : base(host, "get", """
            Fetch a file from the hub: one that the assistant sent, an output of a task, the whole output of a background task.

            Examples:
              muster artifact get 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08 report.pdf
            """)
    {
        Add(_hash);
        Add(_file);
        Add(_force);
    }

    protected override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var text = context.Parse.GetValue(_hash)!;
        if (!ContentHash.TryParse(text.StartsWith("sha256:", StringComparison.Ordinal) ? text["sha256:".Length..] : text, out var hash))
        {
            throw new CliException($"\"{text}\" is no hash: it has 64 letters and digits, such as 9f86d081….", ExitCode.Usage);
        }

        var path = Path.GetFullPath(context.Parse.GetValue(_file) ?? hash.ToString(), context.Surroundings.Directory);
        if (File.Exists(path) && !context.Parse.GetValue(_force))
        {
            throw new CliException($"{path} is there already. To replace it: --force", ExitCode.Failed);
        }

        await using var hub = HubConnection.Open(context);
        var size = await hub.Client.Artifacts.DownloadAsync(hash.ToString(), path, cancellationToken: cancellationToken);
        if (context.Json)
        {
            JsonLines.Write(context.Surroundings.Out, new ArtifactInfo(hash.ToString(), size));
        }
        else
        {
            context.Printer.Note($"{Ansi.Harmless(path)} ({JobText.Bytes(size)})");
        }

        return ExitCode.Ok;
    }
}
