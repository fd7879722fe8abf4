using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;

namespace Muster.Storage.Sqlite;

/// <summary>A few reader connections, opened when first needed.</summary>
internal sealed class SqliteReaders(SqliteOptions options) : IDisposable
{
    private readonly SemaphoreSlim _free = new(options.Readers);
    private readonly ConcurrentBag<SqliteConnection> _idle = [];

    public async Task<T> RunAsync<T>(Func<Transaction, T> query, CancellationToken cancel)
    {
        if (!await _free.WaitAsync(options.QueueTimeout, cancel))
        {
            throw new StorageException($"The database {options.Path} is too busy to be read: try again in a moment.");
        }

        try
        {
            return await Task.Run(() => Run(query), cancel);
        }
        finally
        {
            _free.Release();
        }
    }

    public void Dispose()
    {
        while (_idle.TryTake(out var connection))
        {
            connection.Dispose();
        }

        _free.Dispose();
    }

    private T Run<T>(Func<Transaction, T> query)
    {
        SqliteConnection? connection = null;
        try
        {
            if (!_idle.TryTake(out connection))
            {
                connection = SqliteConnections.OpenReader(options.Path);
            }

            connection.Run("begin");
            return query(new Transaction(connection, null));
        }
        catch (SqliteException error) when (SqliteFailure.IsOfStore(error))
        {
            throw SqliteFailure.Describe(options.Path, error);
        }
        finally
        {
            Return(connection);
        }
    }

    private void Return(SqliteConnection? connection)
    {
        if (connection is null)
        {
            return;
        }

        if (connection.InTransaction())
        {
            connection.Run("rollback");
        }

        _idle.Add(connection);
    }
}
