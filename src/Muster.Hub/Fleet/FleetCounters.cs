namespace Muster.Hub.Fleet;

/// <summary>What was refused or dropped, since the start.</summary>
public sealed class FleetCounters
{
    private long _framesRefused;
    private long _linksRefused;
    private long _protocolErrors;
    private long _lateResponses;

    /// <summary>Reliable frames that a node may not send, that nobody here handles, or whose handler failed.</summary>
    public long FramesRefused => Interlocked.Read(ref _framesRefused);

    /// <summary>Connections that were not opened: wrong credential, version, signature or machine.</summary>
    public long LinksRefused => Interlocked.Read(ref _linksRefused);

    /// <summary>Links that were cut since the node sent what is too large or unreadable.</summary>
    public long ProtocolErrors => Interlocked.Read(ref _protocolErrors);

    /// <summary>Answers of PhoneWork nodes that nobody waits for any more.</summary>
    public long LateResponses => Interlocked.Read(ref _lateResponses);

    internal void FrameRefused() => Interlocked.Increment(ref _framesRefused);

    internal void LinkRefused() => Interlocked.Increment(ref _linksRefused);

    internal void ProtocolError() => Interlocked.Increment(ref _protocolErrors);

    internal void LateResponse() => Interlocked.Increment(ref _lateResponses);
}
