using Muster.Client.Jobs;
using Muster.Protocol.Archives;
using Muster.Protocol.Jobs;

namespace Muster.Cli.Jobs.Specs;

/// <summary>A ZIP with a script in it, as a job of one task: the hub's rules for what is run are kept here, so that it need not be sent to be judged.</summary>
internal static class PackageFile
{
    private const string Requirements = "requirements.txt";
    private static readonly string[] _usual = ["run.py", "main.py", "app.py", "index.py", "start.py", "run.sh"];
    private static readonly string[] _litter = [".DS_Store", "Thumbs.db", "desktop.ini"];

    /// <exception cref="CliException">There is nothing in it to run; a usage error.</exception>
    public static JobSource Read(string path, string name)
    {
        var files = Files(path, name);
        var (folder, entry) = ("", Pick(files, ""));
        if (entry is null && files.Select(file => file[..(file.IndexOf('/') + 1)]).Distinct(StringComparer.Ordinal).ToList() is [{ Length: > 0 } only])
        {
            (folder, entry) = (only, Pick(files, only));
        }

        if (entry is null)
        {
            throw new CliException($"{name} has no script that could be run. Put run.py, main.py, app.py, index.py, start.py or run.sh at its top, or in its one top folder.", ExitCode.Usage);
        }

        if (files.Contains(folder + Requirements))
        {
            throw new CliException(
                $"{name} has a requirements.txt, which is installed inside the sandbox, and a package alone may not reach the network. Write a spec instead:\n"
                + $"  package: ./{name}\n  entry: {folder + entry}\n  needs: {{ network: [pypi.org, files.pythonhosted.org] }}",
                ExitCode.Usage);
        }

        return new JobSpec { Name = Path.GetFileNameWithoutExtension(path), Tasks = [new TaskSpec { Id = "package", Package = Path.GetFileName(path).Replace("$", "$$", StringComparison.Ordinal), Entry = folder + entry }] };
    }

    private static List<string> Files(string path, string name)
    {
        try
        {
            using var archive = File.OpenRead(path);
            return [.. SafeZip.Check(archive, new ArchiveLimits()).Entries.Where(entry => !entry.IsFolder).Select(entry => entry.Path).Where(file => !IsLitter(file))];
        }
        catch (ArchiveException mistake)
        {
            throw new CliException($"{name}: {mistake.Message}", ExitCode.Usage);
        }
    }

    /// <summary>The usual names first, in their order, then the first script by name.</summary>
    private static string? Pick(IEnumerable<string> files, string folder)
    {
        var names = files.Where(file => file.StartsWith(folder, StringComparison.Ordinal) && file.IndexOf('/', folder.Length) < 0).Select(file => file[folder.Length..]).ToList();
        return _usual.FirstOrDefault(names.Contains)
            ?? names.Where(file => file.EndsWith(".py", StringComparison.Ordinal) || file.EndsWith(".sh", StringComparison.Ordinal)).Order(StringComparer.Ordinal).FirstOrDefault();
    }

    /// <summary>What packing programs leave behind.</summary>
    private static bool IsLitter(string file) => file.StartsWith("__MACOSX/", StringComparison.Ordinal) || _litter.Contains(file[(file.LastIndexOf('/') + 1)..]);
}
