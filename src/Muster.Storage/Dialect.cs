using Muster.Storage.Rows;
using Muster.Storage.Schema;

namespace Muster.Storage;

/// <summary>
/// Where SQLite and PostgreSQL differ. Everything else is written once, in what both read: quote names that PostgreSQL
/// reserves ("user"); name the table in an upsert's condition; integers for truth values; <c>on conflict do nothing</c>, not
/// <c>or ignore</c>; <c>nulls first</c> where order matters; no <c>limit -1</c>, no <c>rowid</c>, and no more work after a
/// statement that failed.
/// </summary>
internal abstract class Dialect
{
    public static Dialect Sqlite { get; } = new SqliteDialect();

    public static Dialect Postgres { get; } = new PostgresDialect();

    /// <summary>As archives name the engine.</summary>
    public abstract string Engine { get; }

    public abstract string Begin { get; }

    public abstract Catalog Catalog { get; }

    /// <summary>Turns a migration into this engine's words.</summary>
    public abstract string Ddl(string common);

    /// <summary>The statement of a set-wise write.</summary>
    public abstract string Write(RowTable table, RowVerb verb);

    public static string Quoted(string name) => $"\"{name}\"";

    private static string List(IEnumerable<string> parts, string between = ", ") => string.Join(between, parts);

    private static string Names(IEnumerable<RowColumn> columns) => List(columns.Select(column => Quoted(column.Name)));

    private static string OnConflict(RowTable table)
    {
        var target = table.Keys.Count == 0 ? "" : $"({Names(table.Keys)}) ";
        var updated = table.Updated ?? table.Rest;
        return table.Conflict switch
        {
            RowConflict.Fail => "",
            RowConflict.Update when updated.Count > 0 =>
                $" on conflict {target}do update set {List(updated.Select(name => $"{Quoted(name)} = excluded.{Quoted(name)}"))}",
            _ => $" on conflict {target}do nothing",
        };
    }

    private sealed class SqliteDialect : Dialect
    {
        public override string Engine => "sqlite";

        public override string Begin => "begin immediate";

        public override Catalog Catalog { get; } = new SqliteCatalog();

        public override string Ddl(string common) => common;

        public override string Write(RowTable table, RowVerb verb)
        {
            var given = table.Given(verb);
            var found = List(given.Select((column, index) => (column, index)).Where(given => given.column.Key).Select(given => Equal(given.column.Name, given.index)), " and ");
            return verb switch
            {
                RowVerb.Insert =>
                    $"insert into {Quoted(table.Name)} ({Names(given)}) values ({List(given.Select((_, index) => $"?{index + 1}"))}){OnConflict(table)}",
                RowVerb.Update =>
                    $"update {Quoted(table.Name)} set {List(given.Select((column, index) => (column, index)).Where(given => !given.column.Key).Select(given => Equal(given.column.Name, given.index)))} where {found}",
                _ => $"delete from {Quoted(table.Name)} where {found}",
            };
        }

        private static string Equal(string name, int index) => $"{Quoted(name)} = ?{index + 1}";
    }

    private sealed class PostgresDialect : Dialect
    {
        public override string Engine => "postgresql";

        public override string Begin => "begin";

        public override Catalog Catalog { get; } = new PostgresCatalog();

        public override string Ddl(string common) => PostgresDdl.Translate(common);

        /// <summary>One array per column. Of rows with one key the last is taken, as if they had come one after the other.</summary>
        public override string Write(RowTable table, RowVerb verb)
        {
            var given = table.Given(verb);
            var arrays = $"unnest({List(given.Select((_, index) => $"@c{index}"))})";
            var rows = verb == RowVerb.Insert && table.Conflict != RowConflict.Update
                ? $"select {Names(given)} from {arrays} as given ({Names(given)})"
                : $"select distinct on ({Names(table.Keys)}) {Names(given)} from {arrays} with ordinality as given ({Names(given)}, row_number_) order by {Names(table.Keys)}, row_number_ desc";
            var found = List(table.Keys.Select(column => $"found.{Quoted(column.Name)} = given.{Quoted(column.Name)}"), " and ");
            return verb switch
            {
                RowVerb.Insert => $"insert into {Quoted(table.Name)} ({Names(given)}) {rows}{OnConflict(table)}",
                RowVerb.Update => $"update {Quoted(table.Name)} as found set {List(table.Rest.Select(name => $"{Quoted(name)} = given.{Quoted(name)}"))} from ({rows}) as given where {found}",
                _ => $"delete from {Quoted(table.Name)} as found using ({rows}) as given where {found}",
            };
        }
    }
}
