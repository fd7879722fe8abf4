using Muster.Storage;
using Muster.Storage.Backup;

namespace Muster.Hub.Operations;

/// <summary>
/// All that a hub needs to be set up anew, in one archive: its rows, its certificate, its artifacts. The rows are taken as one
/// snapshot when this is made; writing the archive holds nobody up.
/// </summary>
public sealed class HubBackup : IDisposable
{
    /// <summary>Folders of the home that go with the rows.</summary>
    internal static readonly IReadOnlyList<string> Folders = ["tls", "artifacts"];

    private readonly HubOptions _options;
    private readonly RowSpool _rows;

    private HubBackup(HubOptions options, RowSpool rows) => (_options, _rows) = (options, rows);

    /// <summary>From a home whose hub does not run.</summary>
    /// <exception cref="StorageException">There is no hub, or its database cannot be read.</exception>
    public static async Task<HubBackup> OpenAsync(HubOptions options, CancellationToken cancel)
    {
        var store = HubDatabase.Options(options);
        if (options.Database is null && !File.Exists(store.Name))
        {
            throw NoHub(options.Home);
        }

        await using var database = await Database.OpenAsync(store, []); // as it is: a backup changes no schema
        var backup = await TakeAsync(database, options, cancel);
        if (backup._rows.Schemas.Count == 0)
        {
            backup.Dispose();
            throw NoHub(store.Name);
        }

        return backup;
    }

    internal static async Task<HubBackup> TakeAsync(Database database, HubOptions options, CancellationToken cancel)
    {
        var run = Path.Combine(options.Home, "run");
        HomeFolder.Create(run);
        foreach (var left in Directory.GetDirectories(run, "backup-*"))
        {
            Directory.Delete(left, recursive: true); // of a process that was killed: whoever is here is alone
        }

        var folder = Path.Combine(run, $"backup-{Environment.ProcessId}");
        return new HubBackup(options, await database.ReadAsync(tx => RowSpool.Take(tx, folder), cancel));
    }

    public async Task WriteAsync(Stream output, CancellationToken cancel)
    {
        await using var archive = new BackupWriter(output, _options.Time);
        await archive.AddAsync(_rows, cancel);
        foreach (var folder in Folders.Select(name => Path.Combine(_options.Home, name)).Where(Directory.Exists))
        {
            foreach (var file in Files(folder))
            {
                await archive.AddAsync(Path.GetRelativePath(_options.Home, file).Replace('\\', '/'), file, cancel);
            }
        }

        await archive.FinishAsync(_rows, _options.ProgramVersion.Split('-', '+')[0], cancel);
    }

    public void Dispose() => _rows.Dispose();

    /// <summary>What is whole: a name with a dot in front, or with .tmp or .part behind, is on its way.</summary>
    private static IEnumerable<string> Files(string folder) =>
        new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories)
            .Where(file => file.LinkTarget is null && !file.Name.StartsWith('.') && file.Extension is not (".tmp" or ".part"))
            .Select(file => file.FullName)
            .Order(StringComparer.Ordinal);

    private static StorageException NoHub(string where) => new($"There is no hub in {where}: name its home with --home DIR.");
}
