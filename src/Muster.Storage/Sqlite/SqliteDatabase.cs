using Microsoft.Data.Sqlite;
using Muster.Storage.Backup;
using Muster.Storage.Reading;
using Muster.Storage.Schema;
using Muster.Storage.Writing;

namespace Muster.Storage.Sqlite;

/// <summary>A SQLite file in WAL mode: one writing thread with group commit, a few readers, every commit flushed to the disk.</summary>
public sealed class SqliteDatabase : Database
{
    private SqliteDatabase(SqliteOptions options, SqliteSession writer)
        : base(options, Dialect.Sqlite, new GroupWriter(options, new SqliteWriterEngine(options, writer)), new ReaderPool(options, new SqliteReaderEngine(options))) =>
        Path = options.Path;

    public string Path { get; }

    /// <summary>Version of the SQLite library in use.</summary>
    public static string LibraryVersion => SqliteLibrary.Version;

    /// <summary>Opens or creates the file and brings it to the newest schema, with a backup before.</summary>
    /// <exception cref="StorageException">Not a database, too new for this program, or a disk in trouble.</exception>
    public static Task<SqliteDatabase> OpenAsync(SqliteOptions options, IReadOnlyList<Migration> migrations) => WithWriterAsync(
        options,
        async session =>
        {
            await new Migrator(options, session, number => Copy(options, session, $"{number}")).ApplyAsync(migrations);
            return new SqliteDatabase(options, session);
        });

    internal static Task RestoreAsync(SqliteOptions options, IReadOnlyList<Migration> migrations, Restoring restoring) => WithWriterAsync(
        options,
        async session =>
        {
            await new RowLoad(session, options, migrations).RunAsync(restoring, () => Copy(options, session, "restore"));
            session.Dispose();
            return true;
        });

    private static Task Copy(SqliteOptions options, SqliteSession session, string before)
    {
        SqliteCopies.Make(options.Path, session.Connection, before);
        return Task.CompletedTask;
    }

    private static Task<T> WithWriterAsync<T>(SqliteOptions options, Func<SqliteSession, Task<T>> use) => Task.Run(async () =>
    {
        SqliteSession? session = null;
        try
        {
            session = new SqliteSession(SqliteConnections.OpenWriter(options));
            return await use(session);
        }
        catch (Exception error)
        {
            session?.Dispose();
            throw error switch
            {
                SqliteException sqlite => SqliteFailure.Describe(options.Path, sqlite),
                IOException or UnauthorizedAccessException => new StorageException(
                    $"The database {options.Path} cannot be opened ({error.Message}): check its folder and who owns it.", error),
                _ => error,
            };
        }
    });
}
