using Microsoft.Data.Sqlite;
using Muster.Storage.Rows;

namespace Muster.Storage.Sqlite;

internal sealed class SqliteSession(SqliteConnection connection) : Session(connection, Dialect.Sqlite)
{
    public bool InTransaction => connection.InTransaction();

    public new SqliteConnection Connection => connection;

    public override void Run(string sql) => connection.Run(sql);

    public override void Abandon()
    {
        if (InTransaction)
        {
            _ = SQLitePCL.raw.sqlite3_exec(connection.Handle, "rollback"); // its result adds nothing: the transaction is over either way
        }
    }

    protected override RowSink Sink(RowTable table, RowVerb verb) => new SqliteRows(connection, table, verb);
}
