using Microsoft.Extensions.Logging;
using Muster.Storage;
using Muster.Storage.Lanes;

namespace Muster.Hub.Fleet.Links;

/// <summary>What every link works with.</summary>
internal sealed record FleetContext(
    FleetOptions Options,
    Database Database,
    LaneStore Lanes,
    FleetState State,
    FrameRouter Router,
    FleetCounters Counters,
    TimeProvider Time)
{
    public required ILogger Logger { get; init; }

    public required FleetPeople People { get; init; }

    public required TransferTokens Tokens { get; init; }

    /// <summary>Set before the first link opens.</summary>
    public string HubId { get; set; } = "";
}
