using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Muster.Hub.Ledger.Holds;
using Muster.Storage;

namespace Muster.Hub.Ledger;

/// <summary>Each minute: releases holds whose owner never came to be, and proves that the ledger still adds up.</summary>
internal sealed partial class LedgerUpkeep(
    Database database, LedgerBook book, IEnumerable<HoldSource> sources, TimeProvider time, ILogger<LedgerUpkeep> logger) : BackgroundService
{
    private static readonly TimeSpan _period = TimeSpan.FromMinutes(1);

    /// <summary>Submitting places the hold first; this is far longer than what follows may take.</summary>
    private static readonly TimeSpan _grace = TimeSpan.FromMinutes(10);

    private readonly LedgerProof _proof = new();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(_period, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                await TurnAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // the hub stops
        }
    }

    /// <returns>What does not add up.</returns>
    public async Task<IReadOnlyList<string>> TurnAsync(CancellationToken cancel)
    {
        try
        {
            foreach (var source in sources)
            {
                var before = time.GetUtcNow() - _grace;
                if (await database.WriteAsync(tx => book.Sweep(tx, source, before), cancel) is > 0 and var swept)
                {
                    LogSwept(swept, source.Prefix);
                }
            }

            return await ProveAsync(cancel);
        }
        catch (StorageException failure)
        {
            LogFailed(failure); // the disk is full or slow: the next turn tries again
            return [];
        }
    }

    private async Task<IReadOnlyList<string>> ProveAsync(CancellationToken cancel)
    {
        while (await database.ReadAsync(_proof.Fold, cancel))
        {
            // a long history is added up in parts, so that no reader is held for long
        }

        var findings = await database.ReadAsync(_proof.Check, cancel);
        foreach (var finding in findings)
        {
            LogWrong(finding);
        }

        return findings;
    }

    [LoggerMessage(LogLevel.Information, "{Count} holds of {Prefix} without an owner were released")]
    private partial void LogSwept(int count, string prefix);

    [LoggerMessage(LogLevel.Warning, "The ledger could not be looked after")]
    private partial void LogFailed(Exception failure);

    [LoggerMessage(LogLevel.Critical, "The ledger does not add up: {Finding} Stop the hub, keep a copy of its database, and put a backup in its place (muster restore).")]
    private partial void LogWrong(string finding);
}
