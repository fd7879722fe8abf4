using Muster.Protocol.Link;
using Muster.Protocol.Wire;
using Muster.Storage;
using Muster.Storage.Lanes;

namespace Muster.Hub.Fleet.Links;

/// <summary>
/// The runs that a node holds or is about to get, told to the hub's features once everything that the node had said before its
/// Hello is applied: the end of a run that it no longer holds may be among that. Used on the database's writer alone.
/// </summary>
internal sealed class HeldRuns
{
    private readonly HashSet<string> _runs;
    private readonly Dictionary<Lane, ulong> _waitsFor;
    private bool _told;

    private HeldRuns(HashSet<string> runs, Dictionary<Lane, ulong> waitsFor) => (_runs, _waitsFor) = (runs, waitsFor);

    private IReadOnlyList<AttemptRef> Attempts { get; init; } = [];

    private NodeOffer? Offer { get; init; }

    public static HeldRuns Read(LaneStore lanes, Transaction tx, string peer, Hello hello, StreamPosition applied)
    {
        var waitsFor = (hello.Sends?.Lanes ?? []).Where(lane => lane.Value > 1 && applied.Lanes.GetValueOrDefault(lane.Key) < lane.Value - 1)
            .ToDictionary(lane => (Lane)lane.Key, lane => lane.Value - 1);
        return new HeldRuns([.. hello.Runs, .. OnTheirWay(lanes, tx, peer)], waitsFor) { Attempts = [.. hello.Attempts], Offer = hello.Offer };
    }

    /// <summary>A run that is sent now counts as held.</summary>
    public void Sent(Frame frame)
    {
        if (!_told && frame.Forward is { } forward)
        {
            _runs.Add(forward.RunId);
        }
    }

    /// <summary>Everything of this lane up to here is applied.</summary>
    public void Applied(Lane lane, ulong sequence)
    {
        if (_waitsFor.TryGetValue(lane, out var last) && sequence >= last)
        {
            _waitsFor.Remove(lane);
        }
    }

    public void TryTell(Action<HeldWork> tell)
    {
        if (!_told && _waitsFor.Count == 0)
        {
            tell(new HeldWork(_runs, Attempts, Offer));
            _told = true;
        }
    }

    private static IEnumerable<string> OnTheirWay(LaneStore lanes, Transaction tx, string peer) =>
        lanes.Waiting(tx, peer, (int)Lane.Chat)
            .Select(frame => Frame.Parser.ParseFrom(frame.Body.Span).Forward?.RunId)
            .OfType<string>();
}

/// <summary>What a node holds when it connects.</summary>
/// <param name="Offer">What it gives to the pool; null: nothing.</param>
public sealed record HeldWork(IReadOnlySet<string> Runs, IReadOnlyList<AttemptRef> Attempts, NodeOffer? Offer)
{
    public static readonly HeldWork Nothing = new(new HashSet<string>(), [], null);
}
