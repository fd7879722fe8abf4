using Muster.Protocol.Link;
using Muster.Protocol.Wire;

namespace Muster.Hub.Fleet.Links;

/// <summary>An open connection of a machine, whatever it speaks: muster.v1 or PhoneWork's JSON.</summary>
internal interface INodeLink
{
    /// <summary>More of this lane was committed to the node's outbox.</summary>
    void Pulse(Lane lane);

    bool TrySend(Frame frame);

    /// <summary>Ends the link; <see cref="Ended"/> completes when nothing of it runs any more.</summary>
    void Close(LinkEnd end);

    Task Ended { get; }

    /// <summary>Called on each tick of the fleet's clock.</summary>
    void Tick(DateTimeOffset now);
}
