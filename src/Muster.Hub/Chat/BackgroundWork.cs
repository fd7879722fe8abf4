using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Muster.Hub.Chat;

/// <summary>Work that goes on after its starter has returned; each has an awaiter, and the hub waits for all when it stops.</summary>
internal sealed partial class BackgroundWork(ILogger<BackgroundWork> logger) : IAsyncDisposable
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(5);
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

    [LoggerMessage(LogLevel.Error, "Work in the background failed")]
    private partial void LogFailed(Exception error);
}
