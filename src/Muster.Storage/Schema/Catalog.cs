using Muster.Storage.Rows;

namespace Muster.Storage.Schema;

/// <summary>What an engine knows of the tables in a database, for backup and restore.</summary>
internal abstract class Catalog
{
    // The store's own, as schema_migrations.
    private const string OwnPrefix = "schema_";

    public abstract IReadOnlyList<string> AllTables(Transaction tx);

    public IEnumerable<string> DataTables(Transaction tx) => AllTables(tx).Where(table => !table.StartsWith(OwnPrefix, StringComparison.Ordinal));

    public IReadOnlyList<RowColumn> ColumnsOf(Transaction tx, string table) =>
    [
        .. tx.Query<(string Name, string Type, long Key)>(Columns, new { table })
            .Select(column => new RowColumn(column.Name, TypeOf(table, column.Name, column.Type), column.Key > 0)),
    ];

    /// <summary>The last numbers of the tables that number their rows.</summary>
    public abstract IReadOnlyList<(string Table, long Last)> Counters(Transaction tx);

    /// <summary>Lets the tables count on from these, or from their highest number.</summary>
    public abstract void SetCounters(Transaction tx, IReadOnlyDictionary<string, long> counters);

    /// <summary>Before the transaction of a load.</summary>
    public abstract void BeforeLoad(Session session);

    public abstract void Drop(Transaction tx, string table);

    /// <summary>Runs a load whose rows come in any order; references are looked at afterwards.</summary>
    public abstract void WithoutReferences(Transaction tx, Action load);

    /// <summary>Selects name, type and place in the key (0 for none) of the columns of @table.</summary>
    protected abstract string Columns { get; }

    private static RowType TypeOf(string table, string column, string declared) => declared.ToLowerInvariant() switch
    {
        "integer" or "bigint" or "int" => RowType.Integer,
        "text" => RowType.Text,
        "blob" or "bytea" => RowType.Blob,
        "real" or "double precision" => RowType.Real,
        _ => throw new StorageException($"The column {column} of {table} has the type {declared}, which is none of Muster's: keep other tables in another database."),
    };
}

internal sealed class SqliteCatalog : Catalog
{
    protected override string Columns => "select name, type, pk from pragma_table_info(@table) order by cid";

    public override IReadOnlyList<string> AllTables(Transaction tx) =>
        tx.Query<string>(@"select name from sqlite_schema where type = 'table' and name not like 'sqlite\_%' escape '\' order by name");

    public override IReadOnlyList<(string Table, long Last)> Counters(Transaction tx) =>
        HasCounters(tx) ? tx.Query<(string, long)>("select name, seq from sqlite_sequence order by name") : [];

    public override void SetCounters(Transaction tx, IReadOnlyDictionary<string, long> counters)
    {
        foreach (var (table, last) in HasCounters(tx) ? counters : new Dictionary<string, long>())
        {
            tx.Execute("delete from sqlite_sequence where name = @table and seq <= @last", new { table, last });
            tx.Execute(
                "insert into sqlite_sequence (name, seq) select @table, @last where not exists (select 1 from sqlite_sequence where name = @table)", new { table, last });
        }
    }

    public override void BeforeLoad(Session session) => session.Run("pragma foreign_keys = off");

    public override void Drop(Transaction tx, string table) => tx.Execute($"drop table {Dialect.Quoted(table)}");

    public override void WithoutReferences(Transaction tx, Action load)
    {
        load();
        if (tx.QueryFirst<string>("select \"table\" from pragma_foreign_key_check") is { } broken)
        {
            throw new StorageException($"Rows of {broken} in the backup refer to rows that it does not hold, so all was left as it was: use another backup.");
        }
    }

    // The table is there once some table numbers its rows.
    private static bool HasCounters(Transaction tx) => tx.Scalar<bool>("select exists (select 1 from sqlite_schema where name = 'sqlite_sequence')");
}

internal sealed class PostgresCatalog : Catalog
{
    private const string Numbered =
        """
        select t.relname, a.attname, s.oid::bigint
        from pg_class s
        join pg_depend d on d.classid = 'pg_class'::regclass and d.objid = s.oid and d.deptype = 'i'
        join pg_class t on t.oid = d.refobjid
        join pg_attribute a on a.attrelid = t.oid and a.attnum = d.refobjsubid
        where s.relkind = 'S' and t.relnamespace = current_schema()::regnamespace
        order by t.relname collate "C"
        """;

    protected override string Columns =>
        """
        select a.attname, format_type(a.atttypid, null), coalesce(array_position(i.indkey::int2[], a.attnum) + 1, 0)::bigint
        from pg_class c
        join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
        left join pg_index i on i.indrelid = c.oid and i.indisprimary
        where c.relname = @table and c.relnamespace = current_schema()::regnamespace
        order by a.attnum
        """;

    public override IReadOnlyList<string> AllTables(Transaction tx) =>
        tx.Query<string>("select relname from pg_class where relnamespace = current_schema()::regnamespace and relkind in ('r', 'p') order by relname collate \"C\"");

    public override IReadOnlyList<(string Table, long Last)> Counters(Transaction tx) =>
    [
        .. tx.Query<(string Table, string Column, long Sequence)>(Numbered)
            .Select(counter => (counter.Table, tx.Scalar<long>("select coalesce(pg_sequence_last_value(@sequence::regclass), 0)", new { sequence = counter.Sequence })))
            .Where(counter => counter.Item2 > 0),
    ];

    public override void SetCounters(Transaction tx, IReadOnlyDictionary<string, long> counters)
    {
        foreach (var (table, column, sequence) in tx.Query<(string, string, long)>(Numbered))
        {
            var highest = tx.Scalar<long>($"select coalesce(max({Dialect.Quoted(column)}), 0) from {Dialect.Quoted(table)}");
            if (Math.Max(highest, counters.GetValueOrDefault(table)) is var last and > 0)
            {
                tx.Scalar<long>("select setval(@sequence::regclass, @last)", new { sequence, last });
            }
        }
    }

    public override void BeforeLoad(Session session)
    {
        // References are taken off inside the transaction.
    }

    public override void Drop(Transaction tx, string table) => tx.Execute($"drop table {Dialect.Quoted(table)} cascade");

    public override void WithoutReferences(Transaction tx, Action load)
    {
        var references = tx.Query<(string Table, string Name, string Definition)>(
            "select conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid) from pg_constraint where contype = 'f' and connamespace = current_schema()::regnamespace");
        foreach (var (table, name, _) in references)
        {
            tx.Execute($"alter table {table} drop constraint {name}");
        }

        load();
        foreach (var (table, name, definition) in references)
        {
            tx.Execute($"alter table {table} add constraint {name} {definition}");
        }
    }
}
