using Microsoft.Data.Sqlite;

namespace Muster.Testing.Hub;

/// <summary>The write lock of a SQLite database, held by "another program" until this is disposed of: each write is refused after five seconds.</summary>
public sealed class HeldDatabase : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly SqliteTransaction _lock;

    private HeldDatabase(SqliteConnection connection) => (_connection, _lock) = (connection, connection.BeginTransaction(deferred: false));

    public static HeldDatabase Of(string home, string file = "hub.db")
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = Path.Combine(home, file), Pooling = false }.ConnectionString);
        connection.Open();
        return new HeldDatabase(connection);
    }

    public void Dispose()
    {
        _lock.Dispose();
        _connection.Dispose();
    }
}
