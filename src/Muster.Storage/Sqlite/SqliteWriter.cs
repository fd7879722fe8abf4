using System.Threading.Channels;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace Muster.Storage.Sqlite;

/// <summary>The one thread that writes: takes what waits, runs it as one transaction with a savepoint per caller, commits once.</summary>
internal sealed partial class SqliteWriter
{
    private readonly SqliteOptions _options;
    private readonly SqliteConnection _connection;
    private readonly Channel<SqliteWork> _queue;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public SqliteWriter(SqliteOptions options, SqliteConnection connection)
    {
        _options = options;
        _connection = connection;
        _queue = Channel.CreateBounded<SqliteWork>(new BoundedChannelOptions(options.QueueCapacity) { SingleReader = true });
        new Thread(Loop) { IsBackground = true, Name = "sqlite writer" }.Start();
    }

    public async ValueTask EnqueueAsync(SqliteWork work, CancellationToken cancel)
    {
        if (_queue.Writer.TryWrite(work))
        {
            return;
        }

        using var timeout = new CancellationTokenSource(_options.QueueTimeout, _options.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancel);
        try
        {
            await _queue.Writer.WriteAsync(work, either.Token);
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested && !cancel.IsCancellationRequested)
        {
            throw new StorageException(
                $"The database {_options.Path} has {_options.QueueCapacity} writes waiting and is too slow to take more: check its disk, and try again.");
        }
        catch (ChannelClosedException)
        {
            throw new StorageException($"The database {_options.Path} is closed because Muster is stopping: start it and try again.");
        }
    }

    /// <summary>Takes no more works, finishes those that wait, and closes the connection.</summary>
    public Task StopAsync()
    {
        _queue.Writer.TryComplete();
        return _ended.Task;
    }

    private void Loop()
    {
        var group = new List<SqliteWork>();
        while (_queue.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
        {
            group.Clear();
            try
            {
                Commit(group);
            }
            catch (Exception error)
            {
                Undo(group, error);
                continue;
            }

            Answer(group);
        }

        _connection.Dispose();
        _ended.SetResult();
    }

    private void Commit(List<SqliteWork> group)
    {
        var started = _options.Time.GetTimestamp();
        _connection.Run("begin immediate");
        while (group.Count < _options.GroupSize
            && (group.Count == 0 || _options.Time.GetElapsedTime(started) < _options.GroupTime)
            && _queue.Reader.TryRead(out var work))
        {
            group.Add(work);
            RunAlone(work);
        }

        _connection.Run("commit");
    }

    private void RunAlone(SqliteWork work)
    {
        if (work.Cancelled)
        {
            work.Failure = new OperationCanceledException();
            return;
        }

        _connection.Run("savepoint work");
        try
        {
            work.Run(_connection);
        }
        catch (Exception error)
        {
            work.Failure = error is SqliteException sqlite && SqliteFailure.IsOfStore(sqlite)
                ? SqliteFailure.Describe(_options.Path, sqlite)
                : error;
            if (!_connection.InTransaction())
            {
                throw; // SQLite has undone the whole group by itself
            }

            _connection.Run("rollback to work");
        }

        _connection.Run("release work");
    }

    private void Undo(List<SqliteWork> group, Exception error)
    {
        var failure = error is SqliteException sqlite
            ? SqliteFailure.Describe(_options.Path, sqlite)
            : new StorageException($"The database {_options.Path} lost this write: {error.Message}", error);
        LogLost(_options.Logger, _options.Path, group.Count, error);
        if (_connection.InTransaction())
        {
            SQLitePCL.raw.sqlite3_exec(_connection.Handle, "rollback"); // its result adds nothing: the transaction is over either way
        }

        if (group.Count == 0 && _queue.Reader.TryRead(out var waiting))
        {
            group.Add(waiting); // the transaction could not even begin: whoever waited for it is told
        }

        foreach (var work in group)
        {
            work.Fail(work.Failure ?? failure);
        }
    }

    private void Answer(List<SqliteWork> group)
    {
        foreach (var work in group)
        {
            if (work.Failure is not null)
            {
                continue;
            }

            foreach (var action in work.AfterCommit)
            {
                try
                {
                    action();
                }
                catch (Exception error)
                {
                    LogAction(_options.Logger, error);
                }
            }
        }

        foreach (var work in group)
        {
            if (work.Failure is { } failure)
            {
                work.Fail(failure);
            }
            else
            {
                work.Succeed();
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Path} lost a group of {Count} writes")]
    private static partial void LogLost(ILogger logger, string path, int count, Exception error);

    [LoggerMessage(Level = LogLevel.Error, Message = "An action after a commit failed")]
    private static partial void LogAction(ILogger logger, Exception error);
}
