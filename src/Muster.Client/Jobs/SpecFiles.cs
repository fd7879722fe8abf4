using System.Collections.Concurrent;

namespace Muster.Client.Jobs;

/// <summary>Asks the hub about a spec.</summary>
internal delegate Task<JobPreview> AskForPlan(JobSource spec, SubmitOptions how, IReadOnlyDictionary<string, JobFile>? files, CancellationToken cancellationToken);

/// <summary>The local files of a spec. Which they are only the hub can say, as it reads the spec.</summary>
internal sealed class SpecFiles(AskForPlan ask, JobFiles store)
{
    private const int AtOnce = 4;

    /// <returns>All that the spec needs, or null when that is nothing.</returns>
    public async Task<IReadOnlyDictionary<string, JobFile>?> UploadAsync(JobSource spec, SubmitOptions how, CancellationToken cancellationToken)
    {
        if (how.Folder is not { } folder || !spec.MayNameFiles)
        {
            return how.Files;
        }

        var missing = (await ask(spec, how, how.Files, cancellationToken)).MissingFiles;
        return missing.Count == 0 ? how.Files : await ForEachAsync(missing, folder, how, (name, file, cancel) => UploadAsync(name, file, how, cancel), cancellationToken);
    }

    public async Task<JobPreview> PreviewAsync(JobSource spec, SubmitOptions how, CancellationToken cancellationToken)
    {
        var preview = await ask(spec, how, how.Files, cancellationToken);
        if (how.Folder is not { } folder || preview.MissingFiles.Count == 0)
        {
            return preview;
        }

        var files = await ForEachAsync(preview.MissingFiles, folder, how, (_, file, cancel) => JobFiles.DescribeAsync(file, cancel), cancellationToken);
        return await ask(spec, how, files, cancellationToken) with { MissingFiles = preview.MissingFiles };
    }

    private Task<JobFile> UploadAsync(string name, FileInfo file, SubmitOptions how, CancellationToken cancellationToken)
    {
        var size = file.Length;
        var progress = how.Progress is { } told ? new Relay(sent => told.Report(new FileUpload(name, sent, size))) : null;
        return store.UploadAsync(file, progress, cancellationToken);
    }

    private static async Task<Dictionary<string, JobFile>> ForEachAsync(
        IReadOnlyList<string> names, string folder, SubmitOptions how, Func<string, FileInfo, CancellationToken, Task<JobFile>> work, CancellationToken cancellationToken)
    {
        var found = names.Select(name => (Name: name, File: Find(folder, name))).ToList();
        var files = new ConcurrentDictionary<string, JobFile>(how.Files ?? new Dictionary<string, JobFile>(), StringComparer.Ordinal);
        await Parallel.ForEachAsync(found, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken }, async (each, cancel) =>
            files[each.Name] = await work(each.Name, each.File, cancel));
        return new Dictionary<string, JobFile>(files, StringComparer.Ordinal);
    }

    private static FileInfo Find(string folder, string name)
    {
        var file = new FileInfo(Path.Combine(folder, name));
        return file.Exists ? file
            : throw new MusterException(
                0, "unreadable", Directory.Exists(file.FullName) ? $"{name} is a folder, and an input is a file: name its files, or pack it." : $"The spec names {name}, and there is no file {file.FullName}.");
    }

    private sealed class Relay(Action<long> told) : IProgress<long>
    {
        public void Report(long value) => told(value);
    }
}
