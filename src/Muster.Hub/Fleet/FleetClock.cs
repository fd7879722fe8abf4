using Microsoft.Extensions.Logging;
using Muster.Hub.Fleet.Links;
using Muster.Hub.Operations;
using Muster.Storage;

namespace Muster.Hub.Fleet;

/// <summary>One timer for all machines: absences to announce, pings and time-outs of links, times to store. Reads the machines at start.</summary>
internal sealed partial class FleetClock(FleetContext fleet, FleetStart start, Enrolment.Enrolments enrolments)
    : Rounds(fleet.Options.Tick, fleet.Time, fleet.Logger)
{
    /// <summary>A program of a user's that has gone for so long does not come back under its old name.</summary>
    private static readonly TimeSpan _workersKept = TimeSpan.FromMinutes(1);

    private DateTimeOffset _stored = fleet.Time.GetUtcNow();

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await start.LoadAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await StoreAsync(cancellationToken);
    }

    protected override async Task RoundAsync(CancellationToken cancel)
    {
        var now = fleet.Time.GetUtcNow();
        foreach (var entry in fleet.State.Entries)
        {
            fleet.State.Announce(entry, fleet.Options.DisconnectGrace);
            entry.Link?.Tick(now);
        }

        foreach (var gone in fleet.State.Entries.Where(entry => entry.Snapshot is { Dialect: NodeDialect.Worker, Online: false } node && now - node.LastSeen > _workersKept).ToList())
        {
            await enrolments.RemoveAsync(gone.Snapshot.Id, null, cancel);
        }

        if (now - _stored >= fleet.Options.PersistEvery)
        {
            await StoreAsync(cancel);
        }
    }

    /// <summary>All times that changed, in one transaction.</summary>
    private async Task StoreAsync(CancellationToken cancel)
    {
        var seen = fleet.State.Entries.Select(entry => entry.Snapshot).Where(node => node.LastSeen > _stored).ToList();
        _stored = fleet.Time.GetUtcNow();
        if (seen.Count == 0)
        {
            return;
        }

        try
        {
            await fleet.Database.WriteAsync(
                tx =>
                {
                    foreach (var node in seen)
                    {
                        NodeStore.SetLastSeen(tx, node.Id, node.LastSeen!.Value.ToUnixTimeMilliseconds());
                    }
                },
                cancel);
        }
        catch (StorageException error)
        {
            LogNotStored(fleet.Logger, error);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "When machines were last seen could not be stored")]
    private static partial void LogNotStored(ILogger logger, Exception error);
}
