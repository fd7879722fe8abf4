using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Muster.Agents.Tools;
using Muster.Node.Link;
using Muster.Protocol.Link;
using Muster.Protocol.Wire;
using Muster.Storage;

namespace Muster.Node.Background;

/// <summary>
/// All tool calls of this node that went on after they had answered. What is running when the node goes down is told as interrupted at
/// its next start, with what it had printed.
/// </summary>
internal sealed partial class BackgroundTasks(BackgroundKit kit) : IAsyncDisposable
{
    private static readonly TimeSpan _again = TimeSpan.FromSeconds(2);

    // Killing a tree of processes takes less than one second; other tools may not obey at all.
    private static readonly TimeSpan _grace = TimeSpan.FromSeconds(3);
    private readonly ConcurrentDictionary<string, BackgroundCall> _running = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _shutdown = new();
    private readonly Lock _places = new();
    private TaskTeller _teller = null!;
    private int _taken;

    public BackgroundKit Kit => kit;

    /// <summary>How many run, or have not told their end yet.</summary>
    public int Count => _running.Count + _teller.Count;

    /// <summary>Something that a run began goes on, whether the run does or not.</summary>
    public bool Holds(string run) => _running.Values.Any(call => call.Row.RunId == run);

    /// <summary>Before anything else is called.</summary>
    public void Use(ResultSink results) => _teller = new TaskTeller(kit, results, _shutdown.Token);

    /// <summary>Before the link is dialled: takes up what was not told when the node went down.</summary>
    public async Task StartAsync(CancellationToken cancel)
    {
        var (lost, untold) = await kit.Database.WriteAsync(
            tx =>
            {
                var lost = BackgroundStore.InState(tx, BackgroundRow.Running);
                foreach (var row in lost)
                {
                    BackgroundStore.End(tx, row.JobId, new TaskEnd("lost", 1, $"{kit.NodeName()} was restarted while it ran."), kit.Now);
                }

                return (lost, BackgroundStore.InState(tx, BackgroundRow.Ended));
            },
            cancel);
        foreach (var row in lost)
        {
            LogInterrupted(kit.Logger, row.Short, row.Tool);
        }

        foreach (var row in untold)
        {
            _teller.Tell(row);
        }

        kit.Link.StateChanged += OnLinkChanged;
    }

    /// <summary>Outputs of what was told long ago.</summary>
    public async Task ForgetAsync(CancellationToken cancel)
    {
        foreach (var job in await kit.Database.WriteAsync(tx => BackgroundStore.Forget(tx, kit.Now), cancel))
        {
            File.Delete(kit.FileOf(job));
        }
    }

    public async ValueTask DisposeAsync()
    {
        kit.Link.StateChanged -= OnLinkChanged;
        await _shutdown.CancelAsync();
        foreach (var call in _running.Values)
        {
            call.Stop("");
        }

        await Task.WhenAll(_running.Values.Select(call => call.Over));
        await _teller.Ended;
        _shutdown.Dispose();
    }

    /// <summary>A place for one more; false when there are as many as there may be.</summary>
    public bool TryTakePlace()
    {
        lock (_places)
        {
            if (_taken >= kit.Options.Most)
            {
                return false;
            }

            _taken++;
            return true;
        }
    }

    public void GiveBackPlace()
    {
        lock (_places)
        {
            _taken--;
        }
    }

    /// <summary>Takes a call that works over, with the place that was taken for it: written down here, and told to the hub.</summary>
    public async Task AdoptAsync(BackgroundCall call)
    {
        call.Output.Keep();
        await kit.Database.WriteAsync(tx =>
        {
            BackgroundStore.Add(tx, call.Row);
            Tell(tx, call.Row);
        });
        _running[call.Row.JobId] = call;
        call.Detach(Task.Run(() => WatchAsync(call)));
    }

    public Task<BackgroundRow?> FindAsync(string job, CancellationToken cancel) => kit.Database.ReadAsync(tx => BackgroundStore.Find(tx, job), cancel);

    /// <summary>What a task has printed of late: while it runs, else from its file.</summary>
    public string? Newest(BackgroundRow row) => _running.GetValueOrDefault(row.JobId)?.Output.Newest ?? OutputFile.Tail(kit.FileOf(row.JobId));

    /// <summary>Stops all of a conversation up to an epoch; returns when their processes are gone.</summary>
    /// <returns>How many tasks, and how many processes.</returns>
    public async Task<(int Tasks, int Processes)> StopAsync(string conversation, ulong epoch)
    {
        var calls = _running.Values.Where(call => call.Row.ConversationId == conversation && (ulong)call.Row.Epoch <= epoch).ToList();
        foreach (var call in calls)
        {
            call.Stop("Stopped by /stop.");
        }

        await Task.WhenAll(calls.Select(call => call.Over));
        return (calls.Count, calls.Sum(call => call.Killed));
    }

    /// <summary>The hub has taken a task into its pool, or takes no notice of it.</summary>
    public async Task AdoptedAsync(BackgroundAdopted adopted, CancellationToken cancel)
    {
        var row = await kit.Database.WriteAsync(
            tx =>
            {
                var row = BackgroundStore.Find(tx, adopted.JobId);
                if (row is not null && adopted.Ref is { } name)
                {
                    BackgroundStore.Adopted(tx, adopted.JobId, name);
                }

                return row;
            },
            cancel);
        if (row is null && adopted.Ref is not null)
        {
            _teller.Unknown(adopted.Ref, adopted.JobId);
        }
        else if (row is not null)
        {
            _teller.Adopted(adopted.JobId, adopted.Ref);
        }

        if (adopted.Refused.Length > 0)
        {
            LogRefused(kit.Logger, adopted.JobId, adopted.Refused);
        }
    }

    /// <summary>An order of the pool.</summary>
    /// <returns>False when it is about no background task.</returns>
    public async Task<bool> ObeyAsync(AttemptControl control, CancellationToken cancel)
    {
        if (await kit.Database.ReadAsync(tx => BackgroundStore.Find(tx, control.Ref), cancel) is not { } row)
        {
            return false;
        }

        // A call cannot be halted, only ended; the hub refuses to pause it. One that the pool gave up while this machine was away goes on:
        // nothing takes its place, and its end is told late.
        if (control is { Action: "stop", Reason: not "superseded" } && _running.GetValueOrDefault(row.JobId) is { } call)
        {
            call.Stop(control.Reason == "cancelled" ? "It was cancelled." : $"The pool stopped it ({control.Reason}).");
        }

        return true;
    }

    private async Task WatchAsync(BackgroundCall call)
    {
        var row = call.Row;
        var end = await EndOfAsync(call);
        end = call.Output.Problem is { } problem ? end with { Error = $"{end.Error} {problem}".TrimStart() } : end;
        call.Dispose();
        if (!_shutdown.IsCancellationRequested)
        {
            await KeepAsync(row, end);
        }

        _running.TryRemove(row.JobId, out _);
        GiveBackPlace();
    }

    private async Task<TaskEnd> EndOfAsync(BackgroundCall call)
    {
        var limit = TimeSpan.FromSeconds(call.Row.MaxSeconds);
        using var over = new CancellationTokenSource();
        var tooLong = Task.Delay(limit, kit.Time, over.Token).ContinueWith(
            done =>
            {
                if (done.IsCompletedSuccessfully)
                {
                    call.Stop(TaskEnd.TooLong(limit).Error);
                }

                return done.IsCompletedSuccessfully;
            },
            CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        try
        {
            await Task.WhenAny(call.Working, call.Stopping);
            var result = await call.Working.WaitAsync(call.Stopping.IsCompleted ? _grace : Timeout.InfiniteTimeSpan, kit.Time);
            call.Output.Result(TaskEnd.Printed(result));
            return TaskEnd.Of(result);
        }
        catch (OperationCanceledException) when (call.StopReason is not null)
        {
            return tooLong.IsCompleted ? TaskEnd.TooLong(limit) : TaskEnd.Stopped(call.StopReason);
        }
        catch (TimeoutException) when (!call.Working.IsCompleted)
        {
            return TaskEnd.Stopped($"{call.StopReason} It did not end when it was told to, and may still be at work.".TrimStart());
        }
        catch (Exception failure)
        {
            // A tool fails by throwing, whatever it throws: the message is for the model and the person.
            return TaskEnd.Failed(failure.Message);
        }
        finally
        {
            await over.CancelAsync();
        }
    }

    /// <summary>An end is never dropped: a full disk is waited out.</summary>
    private async Task KeepAsync(BackgroundRow row, TaskEnd end)
    {
        while (!_shutdown.IsCancellationRequested)
        {
            try
            {
                var ended = await kit.Database.WriteAsync(tx =>
                {
                    BackgroundStore.End(tx, row.JobId, end, kit.Now);
                    return BackgroundStore.Find(tx, row.JobId)!;
                });
                _teller.Tell(ended);
                return;
            }
            catch (StorageException error)
            {
                LogNotKept(kit.Logger, row.Short, error);
                await Task.Delay(_again, kit.Time, _shutdown.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <summary>What the hub may not have taken in, or forgotten again with a backup that was put back, it is told again.</summary>
    private void OnLinkChanged(object? sender, LinkStateEventArgs change)
    {
        if (change.State.Status == LinkStatus.Online && !_running.IsEmpty)
        {
            _ = Task.Run(TellAgainAsync);
        }
    }

    private async Task TellAgainAsync()
    {
        try
        {
            await kit.Database.WriteAsync(tx =>
            {
                foreach (var row in BackgroundStore.InState(tx, BackgroundRow.Running).Where(row => row.Ref is null))
                {
                    Tell(tx, row);
                }
            });
        }
        catch (StorageException error) when (!_shutdown.IsCancellationRequested)
        {
            LogNotTold(kit.Logger, error); // the next link brings it
        }
        catch (StorageException)
        {
            // the node goes down
        }
    }

    private void Tell(Transaction tx, BackgroundRow row) => kit.Link.Enqueue(tx, Lane.Pool, new Frame
    {
        BackgroundStarted = new BackgroundStarted
        {
            JobId = row.JobId, RunId = row.RunId, CallId = row.CallId, Tool = row.Tool, Line = row.Line, Then = row.Follow, Language = row.Language,
            StartedAt = row.StartedAt / 1000.0, MaxSeconds = row.MaxSeconds,
        },
    });

    [LoggerMessage(LogLevel.Warning, "Background task #{Id} ({Tool}) was running when the node stopped; it is reported as interrupted")]
    private static partial void LogInterrupted(ILogger logger, string id, string tool);

    [LoggerMessage(LogLevel.Warning, "The hub takes no notice of background task {Job}: {Why}")]
    private static partial void LogRefused(ILogger logger, string job, string why);

    [LoggerMessage(LogLevel.Error, "The end of background task #{Id} could not be stored yet")]
    private static partial void LogNotKept(ILogger logger, string id, Exception error);

    [LoggerMessage(LogLevel.Warning, "The hub could not be told again of background tasks")]
    private static partial void LogNotTold(ILogger logger, Exception error);
}
