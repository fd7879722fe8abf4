namespace Muster.Protocol.Link;

/// <summary>Why a link is over, and a sentence about it.</summary>
public sealed record LinkEnd(LinkEndReason Reason, string Message);

public enum LinkEndReason
{
    /// <summary>The peer said goodbye.</summary>
    PeerClosed,

    /// <summary>The connection broke.</summary>
    Lost,

    /// <summary>No bytes for too long, or the peer takes none.</summary>
    Silent,
    ProtocolError,

    /// <summary>Another connection of the same node took its place.</summary>
    Replaced,

    /// <summary>The node's credential was taken away.</summary>
    Revoked,

    /// <summary>This side could not store or read frames.</summary>
    Failed,
    Cancelled,
}
