using System.Collections.Concurrent;
using Muster.Storage;

namespace Muster.Hub.Chat;

/// <summary>
/// Handles each conversation's accepted messages one by one, in order. What there is to do is read from the database, so a hub
/// that was killed goes on where it was, and a signal that comes twice does nothing twice.
/// </summary>
internal sealed class ConversationLoops(Database database, Dispatcher dispatcher, BackgroundWork background, TimeProvider time)
{
    private static readonly TimeSpan _afterFailure = TimeSpan.FromSeconds(2);
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

    public async Task WakeAllAsync(CancellationToken cancel)
    {
        foreach (var conversation in await database.ReadAsync(MessageStore.Unhandled, cancel))
        {
            Wake(conversation);
        }
    }

    private async Task RunAsync(string conversation, Signal signal, CancellationToken cancel)
    {
        while (TakeUp(conversation, signal))
        {
            try
            {
                while (await database.WriteAsync(tx => dispatcher.HandleNext(tx, conversation), cancel))
                {
                    // Each turn handles one message in a transaction of its own.
                }
            }
            catch (StorageException)
            {
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

    private sealed class Signal
    {
        public bool Again { get; set; }

        public bool Started { get; set; }

        public bool Ended { get; set; }
    }
}
