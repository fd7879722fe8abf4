using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Muster.Agents;
using Muster.Agents.Messages;
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
        foreach (var forward in await kit.Database.ReadAsync(RunStore.Unfinished, cancel))
        {
            Launch(forward);
        }
    }

    /// <summary>Call after the kit's shutdown was signalled: kills what the runs started and waits for them.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var run in _runs.Values)
        {
            await run.DisposeAsync();
        }

        await Task.WhenAll(_background.Keys);
    }

    private void OnForward(Transaction transaction, Frame frame)
    {
        var forward = frame.Forward;
        if (forward.Epoch <= RunStore.StoppedEpoch(transaction, forward.ConversationId))
        {
            new RunOutput(kit.Link, forward).Durable(
                transaction, "agent_end", RunEventJson.AgentEnd(forward.RunId, "aborted", "Stopped before it began.", Usage.None));
            return;
        }

        if (!RunStore.Add(transaction, forward, kit.Time.GetUtcNow()))
        {
            return;
        }

        if (forward.ContextAfter == 0)
        {
            RunStore.ReplaceContext(transaction, forward.ConversationId, []);
        }

        RunStore.AddToContext(transaction, forward.ConversationId, forward.Context.Select(Read).OfType<AgentMessage>());
        transaction.OnCommitted(() => Launch(forward));
    }

    private void OnSteer(Transaction transaction, Frame frame)
    {
        var steer = frame.Steer;
        if (!RunStore.IsRunning(transaction, steer.RunId))
        {
            return; // The run's end is on its way to the hub, which then sends the message anew.
        }

        RunStore.AddSteer(transaction, steer);
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
        transaction.OnCommitted(() => Track(Task.Run(() => StopAsync(stop))));
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

        var receipts = await Task.WhenAll(runs.Select(run => ReceiptAsync(stop, run, began)));
        await kit.Database.WriteAsync(transaction =>
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

        receipt.Milliseconds = kit.Time.GetElapsedTime(began).TotalMilliseconds;
        return receipt;
    }

    private void Launch(Forward forward)
    {
        var run = new ActiveRun(forward, kit);
        if (!_runs.TryAdd(forward.RunId, run))
        {
            return;
        }

        run.Start();
        Track(run.Completion.ContinueWith(
            _ => _runs.TryRemove(forward.RunId, out ActiveRun? _),
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
                if (ended.Exception is { } failure)
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
        var message = JsonSerializer.Deserialize(entry.MessageJson, AgentJson.Default.AgentMessage);
        return message switch
        {
            UserMessage user when entry.Origin.Length > 0 => user with { Origin = entry.Origin },
            AssistantMessage answer when entry.Origin.Length > 0 => answer with { Origin = entry.Origin },
            _ => message,
        };
    }

    [LoggerMessage(LogLevel.Error, "Steering or stopping a run failed")]
    private static partial void LogBackgroundFailed(ILogger logger, Exception failure);
}
