using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Muster.Protocol.Link;

/// <summary>
/// The work by which a hub measures a node: for each lane a chain of SHA-256 in segments. The hub's seed goes into the beginning of
/// every segment, so that none can be done ahead, and what was done ahead is wrong in all of them; any segment can be checked alone.
/// </summary>
public static class SpeedWork
{
    public const int MostLanes = 64;
    public const int MostSegments = 64;

    /// <summary>Hashes in one lane.</summary>
    public const long MostPerLane = 20_000_000;

    /// <param name="before">The end of the segment before; empty for the first.</param>
    public static byte[] Begin(ReadOnlySpan<byte> seed, int lane, int segment, ReadOnlySpan<byte> before)
    {
        Span<byte> place = stackalloc byte[8];
        BinaryPrimitives.WriteInt32BigEndian(place, lane);
        BinaryPrimitives.WriteInt32BigEndian(place[4..], segment);
        return SHA256.HashData([.. Encoding.UTF8.GetBytes("muster.speed.v1\n"), .. seed, .. place, .. before]);
    }

    public static byte[] Walk(ReadOnlySpan<byte> from, int steps)
    {
        var hash = from.ToArray();
        for (var step = 0; step < steps; step++)
        {
            SHA256.HashData(hash, hash);
        }

        return hash;
    }
}
