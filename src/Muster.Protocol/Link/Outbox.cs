namespace Muster.Protocol.Link;

/// <summary>
/// The sender's kept frames for one peer: the seam between a link session and whatever store survives <c>kill -9</c>.
/// Frames are put in by the sender's own transactions; the session only reads, sends and forgets them.
/// </summary>
/// <param name="Id">Random, made with the store; a peer that sees another id reconciles instead of counting on.</param>
/// <param name="Read">Frames of a lane with a number above <c>after</c>, in order, at most <c>limit</c>: number and encoded <see cref="Wire.Frame"/> without lane and sequence.</param>
/// <param name="Forget">Everything of the lane up to this number has been applied by the peer.</param>
public sealed record Outbox(
    string Id,
    Func<Lane, ulong, int, CancellationToken, ValueTask<IReadOnlyList<OutboxFrame>>> Read,
    Func<Lane, ulong, CancellationToken, ValueTask> Forget);

public readonly record struct OutboxFrame(ulong Sequence, ReadOnlyMemory<byte> Body);
