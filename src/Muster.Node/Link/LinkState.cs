namespace Muster.Node.Link;

/// <summary>How the node stands with its hub, for a person.</summary>
/// <param name="NodeName">The name that the hub knows this node by, once it was online.</param>
public sealed record LinkState(LinkStatus Status, string Sentence, DateTimeOffset Since, string? NodeName = null);

public sealed class LinkStateEventArgs(LinkState state) : EventArgs
{
    public LinkState State => state;
}

public enum LinkStatus
{
    Connecting,
    Online,
    Refused,
    Stopped,
}
