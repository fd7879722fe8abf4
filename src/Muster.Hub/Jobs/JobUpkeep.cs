using Microsoft.Extensions.Logging;
using Muster.Hub.Jobs.Store;
using Muster.Hub.Operations;
using Muster.Storage;

namespace Muster.Hub.Jobs;

/// <summary>Forgets jobs that have been over for long, a bounded number at a time; their artifacts go when nobody else refers to them.</summary>
internal sealed partial class JobUpkeep(Database database, JobOptions options, TimeProvider time, ILogger<JobUpkeep> logger) : Rounds(_period, time, logger)
{
    private static readonly TimeSpan _period = TimeSpan.FromMinutes(10);

    public async Task<int> TurnAsync(CancellationToken cancel)
    {
        var before = (Time.GetUtcNow() - options.Kept).ToUnixTimeMilliseconds();
        var forgotten = 0;
        while (await database.WriteAsync(tx => PoolStore.Forget(tx, before), cancel) is > 0 and var some)
        {
            forgotten += some;
        }

        return forgotten;
    }

    protected override async Task RoundAsync(CancellationToken cancel)
    {
        if (await TurnAsync(cancel) is > 0 and var forgotten)
        {
            LogForgotten(Logger, forgotten);
        }
    }

    [LoggerMessage(LogLevel.Information, "{Count} jobs that were over for long are forgotten")]
    private static partial void LogForgotten(ILogger logger, int count);
}
