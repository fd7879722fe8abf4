using Muster.Cli.Terminal;
using Muster.Client.Jobs;
using Muster.Protocol.Archives;

namespace Muster.Cli.Jobs.Results;

/// <summary>Files that tasks left, saved in a folder of this machine.</summary>
internal static class OutputFiles
{
    /// <summary>Each with its path below the folder; one that is there is overwritten.</summary>
    public static async Task SaveAsync(CommandContext context, JobClient jobs, IReadOnlyList<OutputInfo> outputs, string folder, CancellationToken cancellationToken)
    {
        foreach (var output in outputs)
        {
            // The path comes from a machine that may be somebody else's.
            if (ArchivePath.Mistake(output.Path) is { } mistake)
            {
                context.Printer.Warning($"warning: {Ansi.Harmless(output.Path)} {mistake}, and was not saved.");
                continue;
            }

            var path = Path.Combine(folder, output.Path);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            await jobs.DownloadAsync(output, path, cancellationToken);
            context.Printer.Note($"saved {Ansi.Harmless(Path.GetRelativePath(context.Surroundings.Directory, path))} ({JobText.Bytes(output.Size)})");
        }
    }
}
