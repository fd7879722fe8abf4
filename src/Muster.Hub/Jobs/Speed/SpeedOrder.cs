using System.Security.Cryptography;
using Google.Protobuf;
using Muster.Protocol.Link;
using Muster.Protocol.Wire;

namespace Muster.Hub.Jobs.Speed;

/// <summary>One piece of measuring work. Its seed is new each time, so that no answer can be kept ready.</summary>
internal sealed record SpeedOrder(ulong Id, byte[] Seed, int Lanes, int Steps)
{
    public const int Segments = 32;
    private const int Checked = 4;

    /// <summary>What a score of 1,000 means: about one core of a desktop of these years.</summary>
    private const double HashesPerPoint = 3000;

    public static SpeedOrder New(int lanes, int steps) =>
        new(BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(8)), RandomNumberGenerator.GetBytes(32), Math.Clamp(lanes, 1, SpeedWork.MostLanes), steps);

    public Frame Frame => new()
    {
        Measure = new Measure { Id = Id, Seed = ByteString.CopyFrom(Seed), Lanes = (uint)Lanes, Segments = Segments, Steps = (uint)Steps },
    };

    /// <summary>Does a few segments again, chosen by chance: who left out a part of the work is found out the likelier the more that was.</summary>
    public bool IsRight(ReadOnlySpan<byte> checkpoints)
    {
        if (checkpoints.Length != Lanes * Segments * SHA256.HashSizeInBytes)
        {
            return false;
        }

        for (var check = 0; check < Checked; check++)
        {
            var (lane, segment) = (RandomNumberGenerator.GetInt32(Lanes), RandomNumberGenerator.GetInt32(Segments));
            var from = SpeedWork.Begin(Seed, lane, segment, segment == 0 ? [] : At(checkpoints, lane, segment - 1));
            if (!At(checkpoints, lane, segment).SequenceEqual(SpeedWork.Walk(from, Steps)))
            {
                return false;
            }
        }

        return true;
    }

    public double Score(TimeSpan wall) => Math.Round(Lanes * Segments * (double)Steps / Math.Max(wall.TotalSeconds, 1e-6) / HashesPerPoint);

    private static ReadOnlySpan<byte> At(ReadOnlySpan<byte> checkpoints, int lane, int segment) =>
        checkpoints.Slice(((lane * Segments) + segment) * SHA256.HashSizeInBytes, SHA256.HashSizeInBytes);
}
