using Muster.Hub.Api;
using Muster.Hub.Jobs.Spec.Steps;
using Muster.Protocol.Archives;

namespace Muster.Hub.Jobs.Spec.Packages;

/// <summary>How a package is to be run; what a ZIP does not say by itself.</summary>
internal sealed record PackageTerms
{
    public required string Name { get; init; }

    public NeedsPlan Needs { get; init; } = new();

    public JobPriority Priority { get; init; } = JobPriority.Normal;

    public long? MaxMicro { get; init; }

    public double TimeoutSeconds { get; init; } = 600;

    /// <summary>How many nodes run it at once; 1: it is a plain task.</summary>
    public int Hosts { get; init; } = 1;
}

/// <summary>Makes a job of a ZIP with scripts in it, as HiveMind's users send them. Nothing is unpacked here.</summary>
internal static class PackageReader
{
    private const string Field = "package";
    private const string Requirements = "requirements.txt";
    private const string Input = InputReader.PackageName;

    private static readonly string[] _litter = ["__MACOSX/", ".DS_Store", "Thumbs.db", "desktop.ini"];
    private static readonly ArchiveLimits _limits = new();

    /// <param name="archive">Seekable; the artifact that <paramref name="file"/> names.</param>
    public static CompiledSpec Read(Stream archive, SpecFile file, PackageTerms terms)
    {
        try
        {
            return Read(SafeZip.Check(archive, _limits), file, terms);
        }
        catch (ArchiveException mistake)
        {
            return Refused(mistake.Message, "Send a ZIP with a script in it, such as run.py.");
        }
    }

    private static CompiledSpec Read(ArchiveContents contents, SpecFile file, PackageTerms terms)
    {
        var paths = contents.Entries.Where(entry => !entry.IsFolder).Select(entry => entry.Path).Where(path => !IsLitter(path)).ToList();
        var folder = "";
        var entry = PackageEntry.Pick(Inside(paths, folder));
        if (entry is null && OnlyFolder(paths) is { } only)
        {
            (folder, entry) = (only, PackageEntry.Pick(Inside(paths, only)));
        }

        if (entry is null)
        {
            return Refused("There is no script in the package that could be run.",
                "Put run.py, main.py, app.py, index.py, start.py or run.sh at its top, or in its one top folder.");
        }

        if (terms.Needs.Network.Count == 0 && paths.Contains(folder + Requirements))
        {
            return Refused("requirements.txt is installed inside the sandbox when the task asks for network, and this one does not.",
                "Ask for network (pypi.org and files.pythonhosted.org), or pack the libraries into the ZIP and take requirements.txt out.");
        }

        return new CompiledSpec(Plan(folder + entry, file, terms), null, [], []);
    }

    private static JobPlan Plan(string entry, SpecFile file, PackageTerms terms) => new()
    {
        Name = terms.Name,
        Priority = terms.Priority,
        MaxMicro = terms.MaxMicro,
        Steps =
        [
            new StepPlan
            {
                Id = "package", Runtime = TaskRuntime.Process, Entry = entry, Package = Input,
                Inputs = [new InputPlan(Input, file.Sha256, file.Size, null)], Needs = terms.Needs,
                TimeoutSeconds = terms.TimeoutSeconds, Count = terms.Hosts, Gang = terms.Hosts > 1,
            },
        ],
    };

    private static List<string> Inside(List<string> paths, string folder) =>
        [.. paths.Where(path => path.StartsWith(folder, StringComparison.Ordinal) && path.IndexOf('/', folder.Length) < 0).Select(path => path[folder.Length..])];

    /// <returns>With its slash; null when there is a file beside it, or another folder.</returns>
    private static string? OnlyFolder(List<string> paths)
    {
        var tops = paths.Select(path => path[..(path.IndexOf('/') + 1)]).Distinct(StringComparer.Ordinal).ToList();
        return tops is [{ Length: > 0 } only] ? only : null;
    }

    /// <summary>What packing programs leave behind.</summary>
    private static bool IsLitter(string path) =>
        path.StartsWith(_litter[0], StringComparison.Ordinal) || _litter.Contains(path[(path.LastIndexOf('/') + 1)..]);

    private static CompiledSpec Refused(string message, string fix) => new(null, null, [], [new FieldError(Field, null, message, fix)]);
}
