using System.Data.Common;
using Microsoft.Data.Sqlite;
using Muster.Storage.Rows;
using SQLitePCL;

namespace Muster.Storage.Sqlite;

internal sealed class SqliteSession(SqliteConnection connection) : Session(connection, Dialect.Sqlite)
{
    private readonly Dictionary<string, sqlite3_stmt> _control = new(StringComparer.Ordinal);

    public bool InTransaction => connection.InTransaction();

    public new SqliteConnection Connection => connection;

    public override void Run(string sql) => connection.Run(sql);

    /// <summary>One of the few statements around every piece of work: they stay prepared.</summary>
    public void Step(string sql)
    {
        if (!_control.TryGetValue(sql, out var statement))
        {
            Check(raw.sqlite3_prepare_v3(connection.Handle, sql, raw.SQLITE_PREPARE_PERSISTENT, out statement));
            _control[sql] = statement;
        }

        var result = raw.sqlite3_step(statement);
        if (result is not (raw.SQLITE_DONE or raw.SQLITE_ROW))
        {
            _ = raw.sqlite3_reset(statement); // repeats the error
            Check(result);
        }

        Check(raw.sqlite3_reset(statement));
    }

    public override void Abandon()
    {
        if (InTransaction)
        {
            _ = raw.sqlite3_exec(connection.Handle, "rollback"); // its result adds nothing: the transaction is over either way
        }
    }

    /// <summary>A prepared statement per key: there is no round trip to save.</summary>
    public override List<T> QueryByKey<T>(string select, string column, string[] keys, Func<DbDataReader, T> read)
    {
        var (rows, sql) = (new List<T>(keys.Length), $"{select} where {column} = @key");
        foreach (var key in keys)
        {
            ReadInto(rows, Prepared(sql, [("@key", key)]), read);
        }

        return rows;
    }

    public override void Dispose()
    {
        foreach (var statement in _control.Values)
        {
            statement.Dispose();
        }

        base.Dispose();
    }

    protected override RowSink Sink(RowTable table, RowVerb verb) => new SqliteRows(connection, table, verb);

    private void Check(int result) => SqliteException.ThrowExceptionForRC(result, connection.Handle);
}
