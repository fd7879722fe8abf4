using Microsoft.Extensions.Logging;
using Muster.Hub.Artifacts.Uploads;
using Muster.Hub.Operations;

namespace Muster.Hub.Artifacts;

/// <summary>Clears away what nobody refers to, and what crashes left.</summary>
internal sealed partial class ArtifactUpkeep(
    ArtifactStore store, UploadDesk uploads, UploadSessions sessions, ArtifactOptions options, TimeProvider time, ILogger<ArtifactUpkeep> logger) : Rounds(options.ClearEvery, time, logger)
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
            LogCleared(Logger, cleared.Count, cleared.Bytes);
        }

        return cleared;
    }

    protected override async Task FirstAsync(CancellationToken cancel)
    {
        if (await store.SweepAsync(cancel) is > 0 and var swept)
        {
            LogSwept(Logger, swept);
        }
    }

    protected override Task RoundAsync(CancellationToken cancel) => TurnAsync(cancel);

    [LoggerMessage(LogLevel.Information, "{Count} artifacts ({Bytes} bytes) that nobody refers to were deleted")]
    private static partial void LogCleared(ILogger logger, int count, long bytes);

    [LoggerMessage(LogLevel.Information, "{Count} files that no artifact has were deleted")]
    private static partial void LogSwept(ILogger logger, int count);
}
