using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Muster.Protocol.Link;

/// <summary>
/// The work by which a hub measures a node: for each lane a chain of SHA-256, whose first link follows from the hub's seed. It cannot
/// be done ahead or in parallel within a lane, and any segment of it can be checked alone.
/// </summary>
public static class SpeedWork
{
    public const int MostLanes = 64;
    public const int MostSegments = 64;

    /// <summary>Hashes in one lane.</summary>
    public const long MostPerLane = 20_000_000;

    public static byte[] First(ReadOnlySpan<byte> seed, int lane)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, lane);
        return SHA256.HashData([.. Encoding.UTF8.GetBytes("muster.speed.v1\n"), .. seed, .. number]);
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
