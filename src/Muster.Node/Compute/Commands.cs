using Muster.Protocol.Archives;
using Muster.Protocol.Wire;

namespace Muster.Node.Compute;

/// <summary>The command line of an attempt.</summary>
internal static class Commands
{
    private const string Libraries = ".packages";

    /// <summary>Where what requirements.txt names is installed, beside the script: below the workspace, as archives name it.</summary>
    public static string LibrariesOf(Work work) => $"{work.Entry[..(work.Entry.LastIndexOf('/') + 1)]}{Libraries}/";

    /// <exception cref="AttemptException">There is nothing to run.</exception>
    public static IReadOnlyList<string> Of(Work work, Lease lease, string folder)
    {
        if (work is { Entry.Length: > 0, Command.Count: 0 })
        {
            return Package(work, folder);
        }

        var text = new TaskText(lease, work);
        return work.Command.Count == 0 && work.Runtime != "container"
            ? throw new AttemptException("The task has no command.", refused: false)
            : [.. work.Command.Select(text.Fill)];
    }

    /// <summary>Unpacks a package where it lies; its own archive is gone afterwards.</summary>
    /// <exception cref="AttemptException">It is no archive, or one that must not be unpacked.</exception>
    public static async Task UnpackAsync(string package, string folder, long mostBytes, CancellationToken cancel)
    {
        var file = Path.Combine(folder, package);
        try
        {
            await using (var archive = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read))
            {
                await SafeZip.ExtractAsync(archive, folder, new ArchiveLimits { MaxBytes = mostBytes, PortableNames = false }, cancel);
            }

            File.Delete(file);
        }
        catch (ArchiveException error)
        {
            throw new AttemptException(error.Message, refused: false);
        }
    }

    private static string[] Package(Work work, string folder)
    {
        var inside = Path.GetDirectoryName(work.Entry) ?? "";
        var file = Path.GetFileName(work.Entry);
        var run = Path.GetExtension(file) == ".sh" ? $"exec sh {Quoted(file)}" : $"exec python3 {Quoted(file)}";
        var hasRequirements = File.Exists(Path.Combine(folder, inside, "requirements.txt"));
        if (hasRequirements && work.Network.Count == 0 && work.Isolation != "none")
        {
            throw new AttemptException("requirements.txt is installed inside the sandbox when the task asks for network, and this one does not.", refused: false);
        }

        var requirements = hasRequirements
            ? $"python3 -m pip install --quiet --target {Libraries} -r requirements.txt && export PYTHONPATH=\"$PWD/{Libraries}\" && "
            : "";
        var cd = inside.Length == 0 ? "" : $"cd {Quoted(inside)} && ";
        return ["sh", "-c", cd + requirements + run];
    }

    private static string Quoted(string text) => "'" + text.Replace("'", "'\\''", StringComparison.Ordinal) + "'";
}
