using System.Data.Common;
using Muster.Storage.Rows;
using Npgsql;

namespace Muster.Storage.Postgres;

internal sealed class PostgresSession(PostgresConnection connection) : Session(connection, Dialect.Postgres)
{
    // A connection that was not used for so long is tried before work is trusted to it.
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(1);

    public new PostgresConnection Connection => connection;

    /// <summary>When it was used last, by the clock that <see cref="Begin"/> is given.</summary>
    private long Used { get; set; }

    public override void Run(string sql)
    {
        using var command = connection.NewInner();
        command.CommandTimeout = 0;
        connection.Send(command, sql, static command => command.ExecuteNonQuery());
    }

    /// <summary>Lets a transaction begin with the first statement; at once where the connection has been idle and may be broken.</summary>
    /// <returns>False when it is broken.</returns>
    public bool Begin(string begin, TimeProvider time)
    {
        var idle = Used != 0 && time.GetElapsedTime(Used) > Fresh;
        (connection.Lead, connection.Failure) = (begin, null);
        if (!idle || !connection.IsOpen)
        {
            return connection.IsOpen;
        }

        try
        {
            Run("select 1");
            return true;
        }
        catch (NpgsqlException)
        {
            return false; // the caller opens another, and what is wrong shows there if it lasts
        }
    }

    public void Ended(TimeProvider time) => Used = time.GetTimestamp();

    /// <summary>Rolls back; false when the connection is of no more use.</summary>
    public bool TryRollback()
    {
        if (!connection.IsOpen)
        {
            return false;
        }

        connection.Lead = "";
        try
        {
            Run("rollback");
            return true;
        }
        catch (NpgsqlException)
        {
            return false; // broken: the server has rolled back, or will when it notices
        }
    }

    public override void Abandon() => TryRollback();

    public override List<T> QueryByKey<T>(string select, string column, string[] keys, Func<DbDataReader, T> read)
    {
        var rows = new List<T>(keys.Length);
        ReadInto(rows, Prepared($"{select} where {column} = any(@keys)", [("@keys", keys.Select(PostgresText.Keepable).ToArray())]), read);
        return rows;
    }

    protected override RowSink Sink(RowTable table, RowVerb verb) => new PostgresRows(connection, table, verb);
}
