namespace Muster.Storage;

/// <summary>
/// One store with one writer. Writes are grouped: many callers share one transaction and one fsync.
/// A seam: SQLite here, PostgreSQL behind the same surface.
/// </summary>
public abstract class Database : IAsyncDisposable
{
    /// <summary>
    /// Runs <paramref name="work"/> in a transaction and returns once it is durable. An exception undoes this work alone and
    /// goes to the caller. The work runs on the writer's thread: no waiting, no I/O but SQL.
    /// </summary>
    /// <exception cref="StorageException">The store cannot take it (disk full, file gone); the message says what to do.</exception>
    public abstract Task<T> WriteAsync<T>(Func<Transaction, T> work, CancellationToken cancel = default);

    public Task WriteAsync(Action<Transaction> work, CancellationToken cancel = default) =>
        WriteAsync(
            transaction =>
            {
                work(transaction);
                return true;
            },
            cancel);

    /// <summary>Runs a query on a reader connection; sees everything committed before the call.</summary>
    public abstract Task<T> ReadAsync<T>(Func<Transaction, T> query, CancellationToken cancel = default);

    public abstract ValueTask DisposeAsync();
}

/// <summary>The store refused or lost a write; the message is for a person.</summary>
public sealed class StorageException(string message, Exception? inner = null) : Exception(message, inner);
