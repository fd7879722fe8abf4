using System.Text.Json.Serialization;

namespace Muster.Client.Jobs;

/// <summary>Some of what a task printed, in order.</summary>
/// <param name="Attempt">From 1 on; a task that was tried again begins anew.</param>
/// <param name="Offset">Bytes that this attempt printed before. More than the end of the chunk before: what lies between went by too fast
/// to be passed on live, and is in the log once the attempt is over.</param>
/// <param name="Stderr">Known only while the attempt runs: a log that is over has both in one.</param>
public sealed record LogChunk(int Attempt, long Offset, bool Stderr, ReadOnlyMemory<byte> Bytes)
{
    [JsonIgnore]
    public long End => Offset + Bytes.Length;
}

/// <param name="Artifact">Hash of the whole log, where it is too long to be here.</param>
internal sealed record LogEvent(int Attempt, long Offset, bool Stderr, ReadOnlyMemory<byte> Bytes, string? Artifact);
