using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Muster.Hub.Jobs.Store;
using Muster.Storage;

namespace Muster.Hub.Jobs;

/// <summary>Forgets jobs that have been over for long, a bounded number at a time; their artifacts go when nobody else refers to them.</summary>
internal sealed partial class JobUpkeep(Database database, JobOptions options, TimeProvider time, ILogger<JobUpkeep> logger) : BackgroundService
{
    private static readonly TimeSpan _period = TimeSpan.FromMinutes(10);

    public async Task<int> TurnAsync(CancellationToken cancel)
    {
        var before = (time.GetUtcNow() - options.Kept).ToUnixTimeMilliseconds();
        var forgotten = 0;
        while (await database.WriteAsync(tx => PoolStore.Forget(tx, before), cancel) is > 0 and var some)
        {
            forgotten += some;
        }

        return forgotten;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(_period, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                if (await ForgetAsync(stoppingToken) is > 0 and var forgotten)
                {
                    LogForgotten(forgotten);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // the hub stops
        }
    }

    private async Task<int> ForgetAsync(CancellationToken cancel)
    {
        try
        {
            return await TurnAsync(cancel);
        }
        catch (StorageException failure)
        {
            LogFailed(failure); // the next turn tries again
            return 0;
        }
    }

    [LoggerMessage(LogLevel.Information, "{Count} jobs that were over for long are forgotten")]
    private partial void LogForgotten(int count);

    [LoggerMessage(LogLevel.Warning, "Old jobs could not be forgotten")]
    private partial void LogFailed(Exception failure);
}
