using System.Collections.Concurrent;
using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Muster.Hub.Jobs.Pool;
using Muster.Hub.Jobs.Store;
using Muster.Storage;

namespace Muster.Hub.Jobs;

/// <summary>
/// The one owner of the pool. Each turn takes the commands that wait, computes what follows, writes all of it in one transaction,
/// and only then answers, sends and tells.
/// </summary>
internal sealed partial class PoolLoop(Database database, JobPromises promises, PoolOutput output, JobOptions options, IHostApplicationLifetime hub, TimeProvider time, ILogger<PoolLoop> logger)
    : IHostedService, IAsyncDisposable
{
    private const int MostCommands = 2_000;
    private static readonly TimeSpan _pauseAfterFailure = TimeSpan.FromSeconds(1);

    private readonly Channel<PoolItem> _waiting = Channel.CreateBounded<PoolItem>(new BoundedChannelOptions(options.QueueCapacity) { SingleReader = true });

    /// <summary>What may not be lost and nobody waits for: that nodes come, go and change. At most a few for each node.</summary>
    private readonly ConcurrentQueue<PoolCommand> _mustHear = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly PoolClock _clock = new(time);

    /// <summary>The store takes nothing at the moment.</summary>
    private volatile Exception? _trouble;
    private PoolState _state = new(new PoolSettings());
    private long _epoch;
    private Task _running = Task.CompletedTask;

    /// <summary>Applies a command; returns when it is durable.</summary>
    /// <exception cref="StorageException">The hub is stopping, or too much waits.</exception>
    public async Task ApplyAsync(PoolCommand command, Action<Transaction>? alongside = null, CancellationToken cancel = default)
    {
        var item = new PoolItem(command, alongside, null);
        await AddAsync(item, cancel);
        await item.Done.Task.WaitAsync(cancel);
    }

    /// <summary>Takes a job in together with its credits, or neither; returns when both are durable.</summary>
    /// <exception cref="Api.ApiException">It may not be: inputs that are not the caller's, a key that may not spend so much.</exception>
    /// <exception cref="Ledger.LedgerException">Too little is free.</exception>
    public async Task SubmitAsync(JobOrder order, CancellationToken cancel)
    {
        await SubmitAsync(new PoolItem(null, null, null) { Order = order }, cancel);
        if (order.Refusal is { } refusal)
        {
            throw refusal;
        }
    }

    /// <summary>Sets more credits aside for a job and lets it go on, or neither; returns when both are durable.</summary>
    /// <inheritdoc cref="SubmitAsync(JobOrder, CancellationToken)"/>
    public async Task SubmitAsync(MoreOrder order, CancellationToken cancel)
    {
        await SubmitAsync(new PoolItem(null, null, null) { More = order }, cancel);
        if (order.Refusal is { } refusal)
        {
            throw refusal;
        }
    }

    /// <summary>Applies a command of which nobody waits for the end; false when too much waits already.</summary>
    public bool TryApply(PoolCommand command) => _waiting.Writer.TryWrite(new PoolItem(command, null, null));

    /// <summary>Applies a command of which nobody waits for the end, and which is never dropped.</summary>
    public void Hear(PoolCommand command)
    {
        _mustHear.Enqueue(command);
        _waiting.Writer.TryWrite(new PoolItem(null, null, null)); // a full queue wakes the loop by itself
    }

    /// <summary>Looks at the state between two turns.</summary>
    public async Task<T> AskAsync<T>(Func<PoolState, long, T> question, CancellationToken cancel = default)
    {
        var answer = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        await AddAsync(
            new PoolItem(null, null, (state, now) =>
            {
                try
                {
                    answer.SetResult(question(state, now));
                }
                catch (Exception error)
                {
                    answer.SetException(error);
                }
            }),
            cancel);
        return await answer.Task.WaitAsync(cancel);
    }

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await LoadAsync(cancellationToken);
        _running = Task.Run(() => RunAsync(_stopping.Token), CancellationToken.None);
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        _waiting.Writer.TryComplete();
        if (_stopping.IsCancellationRequested)
        {
            return;
        }

        await _stopping.CancelAsync();
        await _running.WaitAsync(cancellationToken);
        _stopping.Dispose();
    }

    public async ValueTask DisposeAsync() => await StopAsync(CancellationToken.None);

    private async Task SubmitAsync(PoolItem item, CancellationToken cancel)
    {
        if (_trouble is { } trouble)
        {
            throw new StorageException(trouble.Message, trouble);
        }

        await AddAsync(item, cancel);
        await item.Done.Task.WaitAsync(cancel);
    }

    private async Task AddAsync(PoolItem item, CancellationToken cancel)
    {
        try
        {
            await _waiting.Writer.WriteAsync(item, cancel);
        }
        catch (ChannelClosedException)
        {
            throw new StorageException("The hub is stopping and takes no more work: try again when it is back.");
        }
    }

    private async Task LoadAsync(CancellationToken cancel)
    {
        var (epoch, seed, image) = await database.WriteAsync(
            tx =>
            {
                var (epoch, seed) = PoolStore.Take(tx);
                return (epoch, seed, PoolStore.Read(tx));
            },
            cancel);
        _epoch = epoch;
        _state = PoolLoader.Load(image, options.Settings(seed, _clock.Now, output.Meter), _clock.Now);
        LogLoaded(image.Jobs.Count, epoch);
    }

    private async Task RunAsync(CancellationToken cancel)
    {
        var items = new List<PoolItem>(MostCommands);
        try
        {
            while (await WaitAsync(cancel))
            {
                while (_mustHear.TryDequeue(out var heard))
                {
                    items.Add(new PoolItem(heard, null, null));
                }

                while (items.Count < MostCommands && _waiting.Reader.TryRead(out var item))
                {
                    items.Add(item);
                }

                await TurnAsync(items, cancel);
                items.Clear();
            }
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            // what was not answered is asked again by whoever asked
        }
        catch (Exception failure)
        {
            // Its database is another hub's now, or it cannot be read any more: without a pool there is no hub.
            LogOver(failure);
            hub.StopApplication();
        }
        finally
        {
            _waiting.Writer.TryComplete();
            FailAll(items);
        }
    }

    /// <summary>Until there is a command, or a timer is due.</summary>
    private async Task<bool> WaitAsync(CancellationToken cancel)
    {
        if (_waiting.Reader.TryPeek(out _) || _state.Timers.Next is not { } next)
        {
            return await _waiting.Reader.WaitToReadAsync(cancel);
        }

        var wait = next - _clock.Now;
        if (wait <= 0)
        {
            return true;
        }

        using var timer = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var due = Task.Delay(TimeSpan.FromMilliseconds(wait), time, timer.Token);
        var work = _waiting.Reader.WaitToReadAsync(cancel).AsTask();
        await Task.WhenAny(due, work);
        await timer.CancelAsync();
        return !work.IsCompleted || await work;
    }

    private async Task TurnAsync(List<PoolItem> items, CancellationToken cancel)
    {
        while (true)
        {
            try
            {
                await TryTurnAsync(items, cancel);
                return;
            }
            catch (Exception error) when (error is not (OperationCanceledException or PoolLostException or StorageException))
            {
                // A rule that fails would fail again for ever and hold up everybody: each command alone shows which one it is.
                LogBroken(error);
                await Task.Delay(_pauseAfterFailure, time, cancel);
                await ReloadAsync(items, cancel);
                if (items.Count <= 1)
                {
                    items.ForEach(item => item.Done.TrySetException(error));
                    return;
                }

                foreach (var item in items.ToList())
                {
                    await TurnAsync([item], cancel);
                }

                return;
            }
            catch (Exception error) when (error is not (OperationCanceledException or PoolLostException))
            {
                LogFailed(error);
                // Who has a job or credits to give is told now: asked again with the same key, the hub knows whether it has them.
                _trouble = error;
                items.RemoveAll(item => item.IsOrder && item.Done.TrySetException(error));
                await Task.Delay(_pauseAfterFailure, time, cancel);
                await ReloadAsync(items, cancel);
                _trouble = null;
            }
        }
    }

    private async Task TryTurnAsync(List<PoolItem> items, CancellationToken cancel)
    {
        var now = _clock.Now;
        var effects = await StoreAsync(items, now);
        foreach (var item in items)
        {
            item.Question?.Invoke(_state, now);
            item.Done.TrySetResult();
        }

        await output.SendAsync(_epoch, effects, cancel);
    }

    private async Task<PoolEffects> StoreAsync(List<PoolItem> items, long now)
    {
        // Who may have a job taken in, or more set aside for one, is said by what is stored: with orders, the turn is computed in its own transaction.
        var early = items.Exists(item => item.IsOrder) ? null : Turn(items, now);
        if (early is { IsEmpty: true } && !items.Exists(item => item.Alongside is not null))
        {
            return early;
        }

        var (effects, writes) = await database.WriteAsync(
            tx =>
            {
                if (early is null)
                {
                    promises.Promise(tx, [.. items.Select(item => item.Order).OfType<JobOrder>()]);
                    promises.Promise(tx, items.Select(item => item.More).OfType<MoreOrder>());
                }

                var turned = early ?? Turn(items, now);
                var rows = PoolWrites.Of(_state, turned, now);
                PoolStore.Write(tx, _epoch, rows);
                output.Write(tx, _epoch, turned, now);
                items.ForEach(item => item.Alongside?.Invoke(tx));
                return (turned, rows);
            },
            CancellationToken.None);
        output.Tell(effects, writes);
        return effects;
    }

    private PoolEffects Turn(List<PoolItem> items, long now) => _state.Turn(items.Select(item => item.ToApply).OfType<PoolCommand>(), now);

    /// <summary>Whether a failed commit happened is not known: the state is read again, and what nobody was told of is repeated.</summary>
    private async Task ReloadAsync(List<PoolItem> items, CancellationToken cancel)
    {
        while (true)
        {
            try
            {
                await LoadAsync(cancel);
                var known = await database.ReadAsync(
                    tx => items.Where(item => item.Submission is { } job && PoolStore.Knows(tx, job.Id.ToString())).ToHashSet(), cancel);
                items.RemoveAll(item => known.Contains(item) && item.IsDone());
                items.InsertRange(0, output.NodesNow().Select(command => new PoolItem(command, null, null)));
                return;
            }
            catch (StorageException error)
            {
                LogFailed(error);
                await Task.Delay(_pauseAfterFailure, time, cancel);
            }
        }
    }

    private void FailAll(List<PoolItem> items)
    {
        while (_waiting.Reader.TryRead(out var item))
        {
            items.Add(item);
        }

        items.ForEach(item => item.Done.TrySetException(new StorageException("The hub stopped before this was done: try again when it is back.")));
    }

    [LoggerMessage(LogLevel.Information, "The pool has {Jobs} jobs that are not over (epoch {Epoch})")]
    private partial void LogLoaded(int jobs, long epoch);

    [LoggerMessage(LogLevel.Critical, "The pool cannot go on, so the hub stops")]
    private partial void LogOver(Exception failure);

    [LoggerMessage(LogLevel.Error, "A command of the pool failed")]
    private partial void LogBroken(Exception error);

    [LoggerMessage(LogLevel.Error, "A turn of the pool was not stored; its state is read again and the turn repeated")]
    private partial void LogFailed(Exception error);
}

/// <param name="Alongside">Runs in the transaction that makes the command durable.</param>
internal sealed record PoolItem(PoolCommand? Command, Action<Transaction>? Alongside, Action<PoolState, long>? Question)
{
    public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>A job to be judged and, if it is accepted and new, to be taken in.</summary>
    public JobOrder? Order { get; init; }

    /// <summary>More credits for a job, to be judged.</summary>
    public MoreOrder? More { get; init; }

    public bool IsOrder => Order is not null || More is not null;

    public PoolCommand? ToApply => Order is { IsNew: true } order ? new SubmitJob(order.Job) : Command ?? More?.Command;

    public JobSubmission? Submission => Order?.Job ?? (Command as SubmitJob)?.Submission ?? (Command as AdoptWork)?.Submission;

    /// <summary>What it asks for was found done.</summary>
    public bool IsDone()
    {
        Order?.Accept();
        return Done.TrySetResult();
    }
}

/// <summary>Unix milliseconds that never go back and do not jump while the hub runs.</summary>
internal sealed class PoolClock(TimeProvider time)
{
    private readonly long _wall = time.GetUtcNow().ToUnixTimeMilliseconds();
    private readonly long _start = time.GetTimestamp();

    public long Now => _wall + (long)time.GetElapsedTime(_start).TotalMilliseconds;
}
