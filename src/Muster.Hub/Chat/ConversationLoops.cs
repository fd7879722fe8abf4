using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Muster.Hub.Fleet;
using Muster.Hub.Routing;
using Muster.Hub.Spending;
using Muster.Storage;

namespace Muster.Hub.Chat;

/// <summary>
/// Handles each conversation's accepted messages one by one, in order. What there is to do is read from the database, so a hub
/// that was killed goes on where it was, and a signal that comes twice does nothing twice.
/// </summary>
internal sealed partial class ConversationLoops(
    Database database, Dispatcher dispatcher, RouteModel model, HubPurses purses, BackgroundWork background, TimeProvider time, ILogger<ConversationLoops> logger)
{
    private static readonly TimeSpan _afterFailure = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan _forMachines = TimeSpan.FromSeconds(5);
    private readonly ConcurrentDictionary<string, Signal> _running = new(StringComparer.Ordinal);

    /// <summary>There may be something to do in this conversation.</summary>
    public void Wake(string conversation)
    {
        while (true)
        {
            var signal = _running.GetOrAdd(conversation, _ => new Signal());
            lock (signal)
            {
                if (signal.Ended)
                {
                    continue;
                }

                signal.Again = true;
                if (!signal.Started)
                {
                    signal.Started = true;
                    background.Start(cancel => RunAsync(conversation, signal, cancel));
                }

                return;
            }
        }
    }

    /// <summary>
    /// What was accepted and not handled when the hub went down goes on; its machines are given a moment to come back first, so that
    /// nobody is told that they are offline.
    /// </summary>
    public async Task RecoverAsync(NodeDirectory nodes, CancellationToken cancel)
    {
        var waiting = await database.ReadAsync(MessageStore.Unhandled, cancel);
        if (waiting.Count > 0)
        {
            background.Start(async stopping =>
            {
                await AllOnlineAsync(nodes, stopping);
                foreach (var conversation in waiting)
                {
                    Wake(conversation);
                }
            });
        }
    }

    /// <summary>Gives machines a moment to come back after the hub's start.</summary>
    public async Task AllOnlineAsync(NodeDirectory nodes, CancellationToken cancel)
    {
        var online = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        void Look()
        {
            if (nodes.All.All(known => known.Online || known.Dialect == NodeDialect.Worker))
            {
                online.TrySetResult();
            }
        }

        void OnChanged(NodeSnapshot node, NodeChange change) => Look();

        nodes.Changed += OnChanged;
        try
        {
            Look();
            await online.Task.WaitAsync(_forMachines, time, cancel);
        }
        catch (TimeoutException)
        {
            // Who is not back by now is offline, and is said to be.
        }
        finally
        {
            nodes.Changed -= OnChanged;
        }
    }

    private async Task RunAsync(string conversation, Signal signal, CancellationToken cancel)
    {
        while (TakeUp(conversation, signal))
        {
            try
            {
                while (await HandleNextAsync(conversation, cancel))
                {
                    // Each turn handles one message in a transaction of its own.
                }
            }
            catch (StorageException error)
            {
                LogWaits(conversation, error.Message);
                // The disk is full or in trouble: what was accepted is kept and tried again.
                await Task.Delay(_afterFailure, time, cancel);
                lock (signal)
                {
                    signal.Again = true;
                }
            }
            catch
            {
                End(conversation, signal);
                throw;
            }
        }
    }

    private async Task<bool> HandleNextAsync(string conversation, CancellationToken cancel)
    {
        try
        {
            var handled = await database.WriteAsync(tx => dispatcher.HandleNext(tx, conversation), cancel);
            while (handled.Question is { } question)
            {
                // Outside of the transaction: a model takes seconds, and everything else would wait. Meanwhile /stop may withdraw the message.
                await using var purse = purses.AtOnce(conversation, question.MessageId);
                var choice = await model.ChooseAsync(question, cancel, purse);
                handled = await database.WriteAsync(tx => dispatcher.HandleNext(tx, conversation, choice), cancel);
            }

            return handled.Any;
        }
        catch (Exception error) when (error is not (StorageException or OperationCanceledException))
        {
            LogFailed(conversation, error);
            await database.WriteAsync(tx => dispatcher.GiveUp(tx, conversation), cancel);
            return true;
        }
    }

    private bool TakeUp(string conversation, Signal signal)
    {
        lock (signal)
        {
            if (signal.Again)
            {
                signal.Again = false;
                return true;
            }

            End(conversation, signal);
            return false;
        }
    }

    private void End(string conversation, Signal signal)
    {
        lock (signal)
        {
            signal.Ended = true;
            _running.TryRemove(conversation, out Signal? _);
        }
    }

    [LoggerMessage(LogLevel.Warning, "Messages of conversation {Conversation} wait: {Why}")]
    private partial void LogWaits(string conversation, string why);

    [LoggerMessage(LogLevel.Error, "A message of conversation {Conversation} could not be handled")]
    private partial void LogFailed(string conversation, Exception error);

    private sealed class Signal
    {
        public bool Again { get; set; }

        public bool Started { get; set; }

        public bool Ended { get; set; }
    }
}
