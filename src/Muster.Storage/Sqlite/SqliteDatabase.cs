using Microsoft.Data.Sqlite;

namespace Muster.Storage.Sqlite;

/// <summary>A SQLite file in WAL mode: one writing thread with group commit, a few readers, every commit flushed to the disk.</summary>
public sealed class SqliteDatabase : Database
{
    private readonly SqliteWriter _writer;
    private readonly SqliteReaders _readers;

    private SqliteDatabase(SqliteOptions options, SqliteConnection connection)
    {
        Path = options.Path;
        _writer = new SqliteWriter(options, connection);
        _readers = new SqliteReaders(options);
    }

    public string Path { get; }

    /// <summary>Version of the SQLite library in use.</summary>
    public static string LibraryVersion => SqliteLibrary.Version;

    /// <summary>Opens or creates the file and brings it to the newest schema, with a backup before.</summary>
    /// <exception cref="StorageException">Not a database, too new for this program, or a disk in trouble.</exception>
    public static Task<SqliteDatabase> OpenAsync(SqliteOptions options, IReadOnlyList<Migration> migrations) =>
        Task.Run(() => Open(options, migrations));

    public override async Task<T> WriteAsync<T>(Func<Transaction, T> work, CancellationToken cancel = default)
    {
        cancel.ThrowIfCancellationRequested();
        var item = new SqliteWork<T>(work, cancel);
        await _writer.EnqueueAsync(item, cancel);
        return await item.Done;
    }

    public override Task<T> ReadAsync<T>(Func<Transaction, T> query, CancellationToken cancel = default) =>
        _readers.RunAsync(query, cancel);

    public override async ValueTask DisposeAsync()
    {
        await _writer.StopAsync();
        _readers.Dispose();
    }

    private static SqliteDatabase Open(SqliteOptions options, IReadOnlyList<Migration> migrations)
    {
        SqliteConnection? connection = null;
        try
        {
            connection = SqliteConnections.OpenWriter(options.Path);
            new SqliteMigrator(options, connection).Apply(migrations);
            return new SqliteDatabase(options, connection);
        }
        catch (Exception error)
        {
            connection?.Dispose();
            throw error switch
            {
                SqliteException sqlite => SqliteFailure.Describe(options.Path, sqlite),
                IOException or UnauthorizedAccessException => new StorageException(
                    $"The database {options.Path} cannot be opened ({error.Message}): check its folder and who owns it.", error),
                _ => error,
            };
        }
    }
}
