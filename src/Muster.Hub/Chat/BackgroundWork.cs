using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Muster.Storage;

namespace Muster.Hub.Chat;

/// <summary>Work that goes on after its starter has returned; each has an awaiter, and the hub waits for all when it stops.</summary>
internal sealed partial class BackgroundWork(TimeProvider time, ILogger<BackgroundWork> logger) : IAsyncDisposable
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan _afterFailure = TimeSpan.FromSeconds(2);
    private readonly ConcurrentDictionary<Task, bool> _tasks = new();
    private readonly CancellationTokenSource _stopping = new();
    private bool _disposed;

    public void Start(Func<CancellationToken, Task> work)
    {
        var task = Task.Run(() => RunAsync(work));
        _tasks.TryAdd(task, true);
        _ = task.ContinueWith(
            ended => _tasks.TryRemove(ended, out bool _), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    /// <inheritdoc cref="UntilStoredAsync"/>
    public void StartStored(Func<CancellationToken, Task> work) => Start(cancel => UntilStoredAsync(work, cancel));

    /// <summary>Work that stores something and that nobody asks for again: begun anew until the store takes it.</summary>
    /// <param name="work">May be done twice: whether a failed write was stored is not always known.</param>
    /// <param name="waits">Told why, once, when it begins to wait.</param>
    public async Task UntilStoredAsync(Func<CancellationToken, Task> work, CancellationToken cancel, Action<string>? waits = null)
    {
        for (var failing = false; ; failing = true)
        {
            try
            {
                await work(cancel);
                return;
            }
            catch (StorageException error)
            {
                LogWaits(failing ? LogLevel.Debug : LogLevel.Warning, error.Message);
                if (!failing)
                {
                    waits?.Invoke(error.Message);
                }

                await Task.Delay(_afterFailure, time, cancel);
            }
        }
    }

    /// <summary>Asks all of it to end, and waits; before the database goes.</summary>
    public async Task StopAsync()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        await _stopping.CancelAsync();
        await Task.WhenAny(Task.WhenAll(_tasks.Keys), Task.Delay(_patience, TimeProvider.System));
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _stopping.Dispose();
    }

    private async Task RunAsync(Func<CancellationToken, Task> work)
    {
        try
        {
            await work(_stopping.Token);
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // The hub stops; what is unfinished is in the database.
        }
        catch (Exception error)
        {
            LogFailed(error);
        }
    }

    [LoggerMessage(Message = "Work in the background waits: {Why}")]
    private partial void LogWaits(LogLevel level, string why);

    [LoggerMessage(LogLevel.Error, "Work in the background failed")]
    private partial void LogFailed(Exception error);
}
