using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Muster.Hub.Artifacts.Uploads;
using Muster.Storage;

namespace Muster.Hub.Artifacts;

/// <summary>Clears away what nobody refers to, and what crashes left.</summary>
internal sealed partial class ArtifactUpkeep(
    ArtifactStore store, UploadDesk uploads, UploadSessions sessions, ArtifactOptions options, TimeProvider time, ILogger<ArtifactUpkeep> logger) : BackgroundService
{
    /// <summary>A job's row and its references are written together; this is far longer than that.</summary>
    private static readonly TimeSpan _grace = TimeSpan.FromHours(1);

    /// <summary>Before the hub listens.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await sessions.StartAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    /// <summary>One round, now.</summary>
    /// <returns>Artifacts that went, and their bytes.</returns>
    public async Task<(int Count, long Bytes)> TurnAsync(CancellationToken cancel)
    {
        await uploads.TidyAsync(cancel);
        var cleared = await store.ClearAsync(_grace, cancel);
        if (cleared.Count > 0)
        {
            LogCleared(cleared.Count, cleared.Bytes);
        }

        return cleared;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.ClearEvery, time);
        try
        {
            await TryAsync(async () =>
            {
                if (await store.SweepAsync(stoppingToken) is > 0 and var swept)
                {
                    LogSwept(swept);
                }
            });
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                await TryAsync(() => TurnAsync(stoppingToken));
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // the hub stops
        }
    }

    /// <summary>A disk that fails now may work at the next turn.</summary>
    private async Task TryAsync(Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (Exception error) when (error is StorageException or IOException or UnauthorizedAccessException or Api.ApiException)
        {
            LogFailed(error);
        }
    }

    [LoggerMessage(LogLevel.Information, "{Count} artifacts ({Bytes} bytes) that nobody refers to were deleted")]
    private partial void LogCleared(int count, long bytes);

    [LoggerMessage(LogLevel.Information, "{Count} files that no artifact has were deleted")]
    private partial void LogSwept(int count);

    [LoggerMessage(LogLevel.Warning, "The artifacts could not be looked after; the next turn tries again")]
    private partial void LogFailed(Exception error);
}
