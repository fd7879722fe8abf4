using Muster.Protocol.Wire;

namespace Muster.Protocol.Link;

/// <summary>What a link session needs of its owner. Callbacks of one lane never overlap; those of different lanes do.</summary>
public sealed record LinkSessionOptions
{
    /// <summary>This side's kept frames for the peer.</summary>
    public required Outbox Outbox { get; init; }

    /// <summary>Highest number applied here per lane of the peer's current outbox; absent lanes are at 0.</summary>
    public required IReadOnlyDictionary<Lane, ulong> Applied { get; init; }

    /// <summary>
    /// Applies reliable frames of one lane, in order, and returns only after the commit that also stores the last one's number.
    /// Frames that this program does not know (<see cref="Frame.BodyOneofCase.None"/>) come too: only their number counts.
    /// An exception ends the session; the frames come again after a reconnect.
    /// </summary>
    public required Func<Lane, IReadOnlyList<Frame>, CancellationToken, ValueTask> Apply { get; init; }

    /// <summary>Every volatile frame that is not the session's own, and heartbeats. On the reading loop: quick, and it must not throw.</summary>
    public required Action<Frame> OnVolatile { get; init; }

    /// <summary>The body of the next heartbeat.</summary>
    public required Func<Heartbeat> Heartbeat { get; init; }

    /// <summary>The peer could not read this reliable frame of ours: lane, number, name of the body. Fail that command visibly.</summary>
    public Action<Lane, ulong, string>? OnUnsupported { get; init; }

    /// <summary>What the peer named in its Hello or Welcome; a volatile frame of another feature is not sent.</summary>
    public IReadOnlySet<string> PeerFeatures { get; init; } = LinkFeatures.Mine;

    public TimeProvider Time { get; init; } = TimeProvider.System;

    public TimeSpan HeartbeatEvery { get; init; } = TimeSpan.FromSeconds(5);

    public TimeSpan SilentAfter { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Volatile frames that may wait; more are dropped and counted.</summary>
    public int VolatileQueue { get; init; } = 4096;

    /// <summary>Reliable frames of one lane that may be under way without an acknowledgement.</summary>
    public int Window { get; init; } = 1024;

    /// <summary>Acknowledged frames are forgotten at most this often, so that each does not cost a commit.</summary>
    public TimeSpan ForgetEvery { get; init; } = TimeSpan.FromMilliseconds(50);
}
