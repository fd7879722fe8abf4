using Microsoft.Extensions.Logging;
using Muster.Hub.Ledger.Holds;
using Muster.Hub.Operations;
using Muster.Storage;

namespace Muster.Hub.Ledger;

/// <summary>Each minute: releases holds whose owner never came to be, and proves that the ledger still adds up.</summary>
internal sealed partial class LedgerUpkeep(
    Database database, LedgerBook book, IEnumerable<HoldSource> sources, TimeProvider time, ILogger<LedgerUpkeep> logger) : Rounds(_period, time, logger)
{
    private static readonly TimeSpan _period = TimeSpan.FromMinutes(1);

    /// <summary>Submitting places the hold first; this is far longer than what follows may take.</summary>
    private static readonly TimeSpan _grace = TimeSpan.FromMinutes(10);

    private readonly LedgerProof _proof = new();

    /// <returns>What does not add up.</returns>
    public async Task<IReadOnlyList<string>> TurnAsync(CancellationToken cancel)
    {
        foreach (var source in sources)
        {
            var before = Time.GetUtcNow() - _grace;
            if (await database.WriteAsync(tx => book.Sweep(tx, source, before), cancel) is > 0 and var swept)
            {
                LogSwept(Logger, swept, source.Prefix);
            }
        }

        return await ProveAsync(cancel);
    }

    protected override Task RoundAsync(CancellationToken cancel) => TurnAsync(cancel);

    private async Task<IReadOnlyList<string>> ProveAsync(CancellationToken cancel)
    {
        while (await database.ReadAsync(_proof.Fold, cancel))
        {
            // a long history is added up in parts, so that no reader is held for long
        }

        var findings = await database.ReadAsync(_proof.Check, cancel);
        foreach (var finding in findings)
        {
            LogWrong(Logger, finding);
        }

        return findings;
    }

    [LoggerMessage(LogLevel.Information, "{Count} holds of {Prefix} without an owner were released")]
    private static partial void LogSwept(ILogger logger, int count, string prefix);

    [LoggerMessage(LogLevel.Critical, "The ledger does not add up: {Finding} Stop the hub, keep a copy of its database, and put a backup in its place (muster restore).")]
    private static partial void LogWrong(ILogger logger, string finding);
}
