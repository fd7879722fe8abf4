using Muster.Storage;
using Muster.Storage.Backup;
using Muster.Storage.Lanes;

namespace Muster.Hub.Operations;

/// <summary>Puts a backup into a home whose hub does not run.</summary>
public static class HubRestore
{
    /// <summary>The archive is checked whole before anything is touched; its rows come in at once or not at all, the files after them.</summary>
    /// <param name="force">Replaces a hub that is there; a copy of its database stays beside it.</param>
    /// <exception cref="StorageException">The archive is not good, or the home is not empty; the message says what to do.</exception>
    public static async Task<BackupManifest> RunAsync(HubOptions options, string file, bool force, CancellationToken cancel)
    {
        var archive = await Task.Run(() => BackupReader.Open(file), cancel);
        if (archive.Manifest.Entries.FirstOrDefault(entry => !IsOurs(entry.Name)) is { } foreign)
        {
            throw new StorageException($"{file} holds {foreign.Name}, which is not a hub's: use a file that muster backup made.");
        }

        HomeFolder.Create(options.Home);
        var full = HubBackup.Folders.Select(name => Path.Combine(options.Home, name))
            .FirstOrDefault(folder => Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any());
        if (full is not null && !force)
        {
            throw new StorageException($"{full} is not empty: name another home, or replace the hub that is there with --force.");
        }

        var staging = Path.Combine(options.Home, "run", $"restore-{Environment.ProcessId}");
        HomeFolder.Create(staging);
        try
        {
            await Task.Run(() => Unpack(archive, staging), cancel);
            await Database.RestoreAsync(HubDatabase.Options(options), HubDatabase.Migrations, new Restoring(archive, force) { After = LaneStore.Renew });
            Swap(options.Home, staging);
        }
        finally
        {
            Directory.Delete(staging, recursive: true);
        }

        return archive.Manifest;
    }

    private static void Unpack(BackupReader archive, string staging) => archive.Walk((name, content) =>
    {
        if (name.StartsWith("rows/", StringComparison.Ordinal))
        {
            return;
        }

        var path = Path.Combine(staging, name);
        HomeFolder.Create(Path.GetDirectoryName(path)!);
        using var file = PrivateFiles.Create(path);
        content.CopyTo(file);
    });

    private static void Swap(string home, string staging)
    {
        foreach (var name in HubBackup.Folders.Where(name => Directory.Exists(Path.Combine(staging, name))))
        {
            var old = Path.Combine(home, name);
            if (Directory.Exists(old))
            {
                Directory.Move(old, Path.Combine(staging, name + ".old"));
            }

            Directory.Move(Path.Combine(staging, name), old);
        }
    }

    private static bool IsOurs(string name)
    {
        var parts = name.Split('/');
        return parts.Length > 1
            && (parts[0] == "rows" || HubBackup.Folders.Contains(parts[0]))
            && parts.All(part => part.Length > 0 && part is not ("." or "..") && part.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '-' or '_'));
    }
}
