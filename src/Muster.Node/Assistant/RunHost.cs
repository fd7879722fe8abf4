using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Muster.Agents;
using Muster.Agents.Messages;
using Muster.Agents.Runs;
using Muster.Node.Link;
using Muster.Protocol.Link;
using Muster.Protocol.Wire;
using Muster.Storage;

namespace Muster.Node.Assistant;

/// <summary>
/// All runs of this node: takes messages from the hub, starts, steers and stops runs, and takes up after a restart what a
/// crash cut off.
/// </summary>
internal sealed partial class RunHost(RunKit kit) : IAsyncDisposable
{
    private static readonly TimeSpan _stopPatience = TimeSpan.FromSeconds(4);
    private readonly ConcurrentDictionary<string, ActiveRun> _runs = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<Task, bool> _background = new();
    private readonly RunPlaces _places = new();

    public IReadOnlyCollection<string> Held => (IReadOnlyCollection<string>)_runs.Keys;

    public void Register(FrameHandlers handlers)
    {
        handlers.On(Frame.BodyOneofCase.Forward, OnForward);
        handlers.On(Frame.BodyOneofCase.Steer, OnSteer);
        handlers.On(Frame.BodyOneofCase.Stop, OnStop);
    }

    /// <summary>Starts again what was running when this node went down.</summary>
    public async Task ResumeAsync(CancellationToken cancel)
    {
        var unfinished = await kit.Database.ReadAsync(
            transaction => RunStore.Unfinished(transaction).Select(forward => (forward, RunStore.IsStopped(transaction, forward))).ToList(), cancel);
        foreach (var (forward, isStopped) in unfinished)
        {
            Launch(forward, isStopped);
        }
    }

    /// <summary>Call after the kit's shutdown was signalled: kills what the runs started and waits for them.</summary>
    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_runs.Values.Select(run => run.DisposeAsync().AsTask()));

        await Task.WhenAll(_background.Keys).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // each was reported where it failed
        _places.Dispose();
    }

    private void OnForward(Transaction transaction, Frame frame)
    {
        var forward = frame.Forward;
        if (!RunStore.Add(transaction, forward, kit.Time.GetUtcNow()))
        {
            return;
        }

        if (forward.ContextAfter == 0)
        {
            RunStore.ReplaceContext(transaction, forward.ConversationId, []);
        }

        // Also for a run that is refused: the hub counts these as seen.
        RunStore.AddToContext(transaction, forward.ConversationId, forward.Context.Select(Read).OfType<AgentMessage>());
        if (RunStore.IsStopped(transaction, forward))
        {
            Refuse(transaction, forward, "aborted", "Stopped before it began.");
        }
        else if (kit.Link.NearBound)
        {
            Refuse(transaction, forward, "failed", $"{kit.NodeName} has too much that waits to be sent to the hub and takes no new work. Ask again in a while.");
        }
        else
        {
            transaction.OnCommitted(() => Launch(forward, isStopped: false));
        }
    }

    private void Refuse(Transaction transaction, Forward forward, string outcome, string sentence)
    {
        RunStore.End(transaction, forward.RunId);
        new RunOutput(kit.Link, forward).Durable(
            transaction, "agent_end", RunEventJson.AgentEnd(forward.RunId, outcome, sentence, Usage.None));
    }

    private void OnSteer(Transaction transaction, Frame frame)
    {
        var steer = frame.Steer;
        if (!RunStore.IsRunning(transaction, steer.RunId))
        {
            return; // The run's end is on its way to the hub, which then sends the message anew.
        }

        if (!RunStore.AddSteer(transaction, steer))
        {
            return;
        }

        transaction.OnCommitted(() =>
        {
            if (_runs.TryGetValue(steer.RunId, out var run))
            {
                Track(run.SteerAsync(steer));
            }
        });
    }

    private void OnStop(Transaction transaction, Frame frame)
    {
        var stop = frame.Stop;
        RunStore.Stop(transaction, stop.ConversationId, stop.Epoch);
        transaction.OnCommitted(() => Track(Task.Run(() => stop.Forget ? ForgetAsync(stop) : StopAsync(stop))));
    }

    /// <summary>The conversation was deleted: nothing of it stays once its work is over.</summary>
    private async Task ForgetAsync(Stop stop)
    {
        var runs = _runs.Values.Where(run => run.Forward.ConversationId == stop.ConversationId).ToList();
        runs.ForEach(run => run.Abort());
        await kit.StopBackgroundAsync(stop.ConversationId, stop.Epoch);
        await Task.WhenAll(runs.Select(run => run.Completion));
        await kit.StoreAsync(transaction =>
        {
            RunStore.Forget(transaction, stop.ConversationId);
            kit.Forget(transaction, stop.ConversationId);
        });
    }

    private async Task StopAsync(Stop stop)
    {
        var began = kit.Time.GetTimestamp();
        var runs = _runs.Values
            .Where(run => run.Forward.ConversationId == stop.ConversationId && run.Forward.Epoch <= stop.Epoch)
            .Where(run => stop.RunId.Length == 0 || run.Forward.RunId == stop.RunId)
            .ToList();
        foreach (var run in runs)
        {
            run.Abort();
        }

        var behind = kit.StopBackgroundAsync(stop.ConversationId, stop.Epoch);
        var receipts = await Task.WhenAll(runs.Select(run => ReceiptAsync(stop, run, began)));
        if (await behind is { Tasks: > 0 } stopped)
        {
            receipts = receipts.Length > 0 ? receipts : [new StopReceipt { StopId = stop.StopId, RunId = stop.RunId, Stopped = true }];
            receipts[0].Processes += (uint)stopped.Processes;
            receipts[0].Milliseconds = kit.Time.GetElapsedTime(began).TotalMilliseconds;
        }

        await kit.StoreAsync(transaction =>
        {
            foreach (var receipt in receipts.DefaultIfEmpty(new StopReceipt { StopId = stop.StopId, RunId = stop.RunId }))
            {
                kit.Link.Enqueue(transaction, Lane.Control, new Frame { StopReceipt = receipt });
            }
        });
    }

    private async Task<StopReceipt> ReceiptAsync(Stop stop, ActiveRun run, long began)
    {
        var receipt = new StopReceipt { StopId = stop.StopId, RunId = run.Forward.RunId, Stopped = true };
        try
        {
            await run.Completion.WaitAsync(_stopPatience, kit.Time);
        }
        catch (TimeoutException)
        {
            receipt.Stopped = false;
        }

        receipt.Processes = (uint)run.Killed;
        receipt.Milliseconds = kit.Time.GetElapsedTime(began).TotalMilliseconds;
        return receipt;
    }

    private void Launch(Forward forward, bool isStopped)
    {
        // One conversation, one context: a run that is stopping still writes to it.
        var before = _runs.Values.Where(other => other.Forward.ConversationId == forward.ConversationId).Select(other => other.Completion).ToList();
        var run = new ActiveRun(forward, kit, _places, Task.WhenAll(before));
        if (!_runs.TryAdd(forward.RunId, run))
        {
            return;
        }

        if (isStopped)
        {
            run.Abort();
        }

        run.Start();
        kit.OnRunsChanged();
        Track(run.Completion.ContinueWith(
            _ =>
            {
                _runs.TryRemove(forward.RunId, out ActiveRun? _);
                kit.OnRunsChanged();
            },
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default));
    }

    private void Track(Task task)
    {
        _background.TryAdd(task, true);
        _ = task.ContinueWith(
            ended =>
            {
                _background.TryRemove(ended, out bool _);
                if (ended.Exception is { } failure && !kit.Shutdown.IsCancellationRequested)
                {
                    LogBackgroundFailed(kit.Logger, failure);
                }
            },
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
    }

    private static AgentMessage? Read(ThreadEntry entry)
    {
        try
        {
            var message = JsonSerializer.Deserialize(entry.MessageJson, AgentJson.Default.AgentMessage);
            return message switch
            {
                UserMessage user when entry.Origin.Length > 0 => user with { Origin = entry.Origin },
                AssistantMessage answer when entry.Origin.Length > 0 => answer with { Origin = entry.Origin },
                _ => message,
            };
        }
        catch (JsonException)
        {
            return null; // A kind of message that a newer machine wrote: the request can be answered without it.
        }
    }

    [LoggerMessage(LogLevel.Error, "Steering or stopping a run failed")]
    private static partial void LogBackgroundFailed(ILogger logger, Exception failure);
}
