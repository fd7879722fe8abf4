namespace Muster.Storage.Lanes;

/// <summary>A kept frame: its number in its lane and its encoded body.</summary>
public readonly record struct LaneFrame(ulong Sequence, ReadOnlyMemory<byte> Body);

/// <summary>An outbox and its lanes. Lanes that were never used are absent: next 1, forgotten 0.</summary>
public sealed record LaneOutbox(string Id, IReadOnlyList<LaneRange> Lanes);

/// <param name="Next">Number of the next frame that is added.</param>
/// <param name="Forgotten">Everything up to here was applied by the peer and is gone.</param>
public sealed record LaneRange(int Lane, ulong Next, ulong Forgotten);

/// <summary>What has been applied of a peer's outbox; the id is null when nothing ever was.</summary>
public sealed record LaneInbox(string? OutboxId, IReadOnlyDictionary<int, ulong> Lanes);

/// <summary>What waits for one peer.</summary>
public sealed record LaneLoad(long Frames, long Bytes);
