using Muster.Storage.Rows;
using Muster.Storage.Schema;

namespace Muster.Storage.Backup;

/// <summary>Puts the rows of an archive in the place of all that a database holds, in one transaction.</summary>
internal sealed class RowLoad(Session session, DatabaseOptions options, IReadOnlyList<Migration> migrations)
{
    private readonly Transaction _tx = new(session);

    private Catalog Catalog => session.Dialect.Catalog;

    /// <summary>Replaces what is there, unless it is refused; <paramref name="copy"/> is asked for one before rows are lost.</summary>
    public async Task RunAsync(Restoring restoring, Func<Task> copy)
    {
        Check(restoring.Archive.Manifest);
        if (HasRows())
        {
            if (!restoring.Force)
            {
                throw new StorageException($"The database {options.Name} is not empty: name another home or database, or replace all that it holds with --force (a copy stays beside it).");
            }

            await copy();
        }

        try
        {
            Replace(restoring.Archive, restoring.After);
        }
        catch
        {
            session.Abandon();
            throw;
        }
    }

    private bool HasRows() => Catalog.DataTables(_tx).Any(table => _tx.Scalar<bool>($"select exists (select 1 from {Dialect.Quoted(table)})"));

    /// <summary>Refuses an archive whose schema this program does not know, and a database that holds something else.</summary>
    private void Check(BackupManifest manifest)
    {
        if (manifest.Schemas.Except(migrations.Select(migration => migration.Number)).Any())
        {
            throw new StorageException($"The backup was made by Muster {manifest.Program}, which is newer than this one: update Muster (muster update), then restore.");
        }

        if (Catalog.DataTables(_tx).Except(Own()).FirstOrDefault() is { } foreign)
        {
            throw new StorageException($"The database {options.Name} holds a table {foreign}, which is not Muster's: restore into a database of its own.");
        }
    }

    private void Replace(BackupReader archive, Action<Transaction> after)
    {
        var manifest = archive.Manifest;
        Catalog.BeforeLoad(session);
        session.Run(session.Dialect.Begin);
        foreach (var table in Catalog.AllTables(_tx))
        {
            Catalog.Drop(_tx, table);
        }

        new Migrator(options, session, _ => Task.CompletedTask).ApplyWithin(migrations.Where(migration => manifest.Schemas.Contains(migration.Number)));
        Catalog.WithoutReferences(_tx, () => Load(archive));
        Catalog.SetCounters(_tx, manifest.Counters.ToDictionary(counter => counter.Table, counter => counter.Last, StringComparer.Ordinal));
        after(_tx);
        session.Run("commit");
    }

    private void Load(BackupReader archive)
    {
        var tables = archive.Manifest.Tables.ToDictionary(
            table => table.Name,
            table => new RowTable(table.Name, RowConflict.Fail, [.. table.Columns.Select(column => new RowColumn(column.Name, column.Type))]),
            StringComparer.Ordinal);
        foreach (var table in Catalog.DataTables(_tx))
        {
            _tx.Execute($"delete from {Dialect.Quoted(table)}"); // what migrations put there is in the archive as well
        }

        archive.Walk((name, content) =>
        {
            if (name.Split('/') is ["rows", var table, _])
            {
                var into = tables[table];
                _tx.InsertMany(into, Lines(content), (row, line) => RowLines.Read(row, line, into.Columns));
            }
        });
        foreach (var table in archive.Manifest.Tables)
        {
            var rows = _tx.Scalar<long>($"select count(*) from {Dialect.Quoted(table.Name)}");
            if (rows != table.Rows)
            {
                throw new StorageException($"The table {table.Name} has {rows} rows after the restore and {table.Rows} in the backup, so all was left as it was: use another backup.");
            }
        }
    }

    private static IEnumerable<ReadOnlyMemory<byte>> Lines(Stream content)
    {
        using var all = new MemoryStream((int)content.Length);
        content.CopyTo(all);
        ReadOnlyMemory<byte> rest = all.GetBuffer().AsMemory(0, (int)all.Length);
        while (rest.Length > 0)
        {
            var end = rest.Span.IndexOf((byte)'\n');
            yield return rest[..end];
            rest = rest[(end + 1)..];
        }
    }

    private HashSet<string> Own() => [.. migrations.SelectMany(migration => migration.Tables)];
}
