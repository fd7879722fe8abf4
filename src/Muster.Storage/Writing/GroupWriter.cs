using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace Muster.Storage.Writing;

/// <summary>The one thread that writes: takes what waits, runs it as one transaction with a savepoint per caller, commits once.</summary>
internal sealed partial class GroupWriter : IAsyncDisposable
{
    private readonly DatabaseOptions _options;
    private readonly WriterEngine _engine;
    private readonly Channel<Work> _queue;
    private readonly CancellationTokenSource _stopping = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public GroupWriter(DatabaseOptions options, WriterEngine engine)
    {
        _options = options;
        _engine = engine;
        _queue = Channel.CreateBounded<Work>(new BoundedChannelOptions(options.QueueCapacity) { SingleReader = true });
        new Thread(Loop) { IsBackground = true, Name = "database writer" }.Start();
    }

    public async ValueTask EnqueueAsync(Work work, CancellationToken cancel)
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
                $"The database {_options.Name} has {_options.QueueCapacity} writes waiting and is too slow to take more: check its disk, and try again.");
        }
        catch (ChannelClosedException)
        {
            throw new StorageException($"The database {_options.Name} is closed because Muster is stopping: start it and try again.");
        }
    }

    /// <summary>Takes no more works, finishes those that wait, and closes the connection.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_queue.Writer.TryComplete())
        {
            await _stopping.CancelAsync();
        }

        await _ended.Task;
        _stopping.Dispose();
    }

    private void Loop()
    {
        var group = new List<Work>();
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

        _engine.Dispose();
        _ended.SetResult();
    }

    private void Commit(List<Work> group)
    {
        _engine.Begin(_stopping.Token);
        var started = _options.Time.GetTimestamp();
        while (group.Count < _options.GroupSize
            && (group.Count == 0 || _options.Time.GetElapsedTime(started) < _options.GroupTime)
            && _queue.Reader.TryRead(out var work))
        {
            group.Add(work);
            RunAlone(work);
        }

        _engine.Commit();
    }

    private void RunAlone(Work work)
    {
        if (work.Cancelled)
        {
            work.Failure = new OperationCanceledException();
            return;
        }

        var transaction = _engine.BeginWork();
        try
        {
            work.Run(transaction);
            _engine.EndWork();
        }
        catch (Exception error)
        {
            work.Failure = _engine.Describe(error);
            if (!_engine.UndoWork())
            {
                throw;
            }
        }
    }

    private void Undo(List<Work> group, Exception error)
    {
        var failure = _engine.DescribeLost(error);
        LogLost(_options.Logger, _options.Name, group.Count, error);
        _engine.Abandon();
        if (group.Count == 0)
        {
            // The transaction could not even begin: all that waited for it are told, or each would wait for a try of its own.
            while (group.Count < _options.GroupSize && _queue.Reader.TryRead(out var waiting))
            {
                group.Add(waiting);
            }
        }

        foreach (var work in group)
        {
            work.Fail(work.Failure ?? failure);
        }
    }

    private void Answer(List<Work> group)
    {
        foreach (var work in group.Where(work => work.Failure is null))
        {
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

    [LoggerMessage(Level = LogLevel.Error, Message = "{Name} lost a group of {Count} writes")]
    private static partial void LogLost(ILogger logger, string name, int count, Exception error);

    [LoggerMessage(Level = LogLevel.Error, Message = "An action after a commit failed")]
    private static partial void LogAction(ILogger logger, Exception error);
}
