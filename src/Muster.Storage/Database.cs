using System.Runtime.CompilerServices;
using Muster.Storage.Backup;
using Muster.Storage.Postgres;
using Muster.Storage.Reading;
using Muster.Storage.Sqlite;
using Muster.Storage.Writing;

namespace Muster.Storage;

/// <summary>
/// One store with one writer. Writes are grouped: many callers share one transaction and one fsync.
/// A seam: SQLite and PostgreSQL keep the same promises behind it.
/// </summary>
public abstract class Database : IAsyncDisposable
{
    private readonly GroupWriter _writer;
    private readonly ReaderPool _readers;

    private protected Database(DatabaseOptions options, Dialect dialect, GroupWriter writer, ReaderPool readers) =>
        (Name, Dialect, _writer, _readers) = (options.Name, dialect, writer, readers);

    /// <summary>Opens or creates the store that the options are for, and brings it to the newest schema.</summary>
    /// <exception cref="StorageException">It cannot be used; the message says what to do.</exception>
    public static async Task<Database> OpenAsync(DatabaseOptions options, IReadOnlyList<Migration> migrations) => options switch
    {
        SqliteOptions file => await SqliteDatabase.OpenAsync(file, migrations),
        PostgresOptions server => await PostgresAsync(server, migrations),
        _ => throw new ArgumentException($"No engine takes {options.GetType().Name}.", nameof(options)),
    };

    /// <summary>
    /// Puts what an archive holds into a store that nobody uses meanwhile, all or nothing. The archive may come from another
    /// engine; the migrations that were made later are applied when the store is opened.
    /// </summary>
    public static Task RestoreAsync(DatabaseOptions options, IReadOnlyList<Migration> migrations, Restoring restoring) => options switch
    {
        SqliteOptions file => SqliteDatabase.RestoreAsync(file, migrations, restoring),
        PostgresOptions server => RestorePostgresAsync(server, migrations, restoring),
        _ => throw new ArgumentException($"No engine takes {options.GetType().Name}.", nameof(options)),
    };

    /// <summary>How sentences name it.</summary>
    public string Name { get; }

    internal Dialect Dialect { get; }

    /// <summary>
    /// Runs <paramref name="work"/> in a transaction and returns once it is durable. An exception undoes this work alone and
    /// goes to the caller; after a statement that failed the work can only fail. The work runs on the writer's thread: no
    /// waiting, no I/O but SQL.
    /// </summary>
    /// <exception cref="StorageException">The store cannot take it (disk full, file gone, server away); the message says what to do.</exception>
    public async Task<T> WriteAsync<T>(Func<Transaction, T> work, CancellationToken cancel = default)
    {
        cancel.ThrowIfCancellationRequested();
        var item = new Work<T>(work, cancel);
        await _writer.EnqueueAsync(item, cancel);
        return await item.Done;
    }

    public Task WriteAsync(Action<Transaction> work, CancellationToken cancel = default) =>
        WriteAsync(
            transaction =>
            {
                work(transaction);
                return true;
            },
            cancel);

    /// <summary>Runs a query on a reader connection; sees everything committed before the call, and nothing that comes later.</summary>
    public Task<T> ReadAsync<T>(Func<Transaction, T> query, CancellationToken cancel = default) =>
        _readers.RunAsync(query, cancel);

    public virtual async ValueTask DisposeAsync()
    {
        await _writer.DisposeAsync();
        _readers.Dispose();
        GC.SuppressFinalize(this);
    }

    [MethodImpl(MethodImplOptions.NoInlining)] // or every machine with a SQLite file would load PostgreSQL's driver
    private static async Task<Database> PostgresAsync(PostgresOptions options, IReadOnlyList<Migration> migrations) =>
        await PostgresDatabase.OpenAsync(options, migrations);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Task RestorePostgresAsync(PostgresOptions options, IReadOnlyList<Migration> migrations, Restoring restoring) =>
        PostgresDatabase.RestoreAsync(options, migrations, restoring);
}

/// <summary>The store refused or lost a write; the message is for a person.</summary>
public sealed class StorageException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>The connection broke during the commit: it may have been stored. Whoever asks again must be able to do so twice.</summary>
    public bool OutcomeUnknown { get; init; }
}
