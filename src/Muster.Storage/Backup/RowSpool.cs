using System.Data.Common;
using System.Globalization;
using Muster.Storage.Rows;

namespace Muster.Storage.Backup;

/// <summary>
/// All rows of one snapshot, as files of a folder: one line of JSON for each row, a few megabytes in each file. It is quick to
/// take, so that a slow reader of the archive does not hold the snapshot.
/// </summary>
public sealed class RowSpool : IDisposable
{
    private const int PartBytes = 8 << 20;
    private readonly string _folder;

    private RowSpool(string folder) => _folder = folder;

    public string Engine { get; private set; } = "";

    public IReadOnlyList<int> Schemas { get; private set; } = [];

    public IReadOnlyList<BackupCounter> Counters { get; private set; } = [];

    public IReadOnlyList<BackupTable> Tables { get; private set; } = [];

    /// <summary>Name in the archive and path of each file.</summary>
    public IReadOnlyList<(string Name, string Path)> Parts { get; private set; } = [];

    /// <param name="folder">Made for this, private, and gone when this is disposed.</param>
    public static RowSpool Take(Transaction tx, string folder)
    {
        PrivateFiles.Folder(folder);
        var spool = new RowSpool(folder);
        try
        {
            spool.Fill(tx, tx.Session.Dialect);
            return spool;
        }
        catch
        {
            spool.Dispose();
            throw;
        }
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private void Fill(Transaction tx, Dialect dialect)
    {
        Engine = dialect.Engine;
        Schemas = tx.Query<int>("select number from schema_migrations order by number");
        Counters = [.. dialect.Catalog.Counters(tx).Select(counter => new BackupCounter(counter.Table, counter.Last))];
        var (tables, parts) = (new List<BackupTable>(), new List<(string, string)>());
        foreach (var name in dialect.Catalog.DataTables(tx))
        {
            var columns = dialect.Catalog.ColumnsOf(tx, name);
            tables.Add(new BackupTable(name, [.. columns.Select(column => new BackupColumn(column.Name, column.Type))], Write(tx, name, columns, parts)));
        }

        (Tables, Parts) = (tables, parts);
    }

    private long Write(Transaction tx, string table, IReadOnlyList<RowColumn> columns, List<(string, string)> parts)
    {
        var keys = columns.Where(column => column.Key).Select(column => Dialect.Quoted(column.Name)).ToList();
        using var command = tx.Session.Connection.CreateCommand();
        command.CommandText =
            $"select {string.Join(", ", columns.Select(column => Dialect.Quoted(column.Name)))} from {Dialect.Quoted(table)}{(keys.Count == 0 ? "" : $" order by {string.Join(", ", keys)}")}";
        using var reader = command.ExecuteReader();
        var rows = 0L;
        for (var more = reader.Read(); more;)
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"rows/{table}/{parts.Count:000000}.jsonl");
            var path = Path.Combine(_folder, string.Create(CultureInfo.InvariantCulture, $"{parts.Count:000000}.jsonl"));
            parts.Add((name, path));
            using var file = PrivateFiles.Create(path);
            using var lines = new RowLines(file);
            do
            {
                lines.Write(reader);
                rows++;
                more = reader.Read();
            }
            while (more && lines.Written < PartBytes);
        }

        return rows;
    }
}
