using System.Buffers.Binary;

namespace Muster.Protocol.Ids;

/// <summary>
/// Ids of tasks are computed from their job and their index in it, so that a million of them cost no storage: the job's time, the
/// index scrambled by a bijection that the job seeds, and 48 of the job's random bits.
/// </summary>
public static class TaskIds
{
    private const uint Factor = 0x9E3779B1;
    private const uint Inverse = 0x0E8B2F51;
    private const int TimeBytes = 6;
    private const int JobBytes = 6;

    /// <summary>Characters of a task's id that lie before what its job shares: prefix, time and the scrambled index.</summary>
    private const int Shown = 6;

    public static Id<TaskKind> Of(Id<Job> job, int index)
    {
        Span<byte> bytes = stackalloc byte[16];
        Ulid.Decode(job.ToString().AsSpan(Job.Prefix.Length), bytes);
        var scrambled = unchecked(((uint)index * Factor) + Seed(bytes));
        Span<byte> task = stackalloc byte[16];
        bytes[..TimeBytes].CopyTo(task);
        BinaryPrimitives.WriteUInt32BigEndian(task[TimeBytes..], scrambled);
        bytes.Slice(TimeBytes, JobBytes).CopyTo(task[(TimeBytes + 4)..]);
        return Id<TaskKind>.Parse(TaskKind.Prefix + Ulid.Encode(task));
    }

    /// <summary>What the id of a task's job begins with, prefix included; all of it but the last characters, so that few others do.</summary>
    public static string JobBeginning(Id<TaskKind> task)
    {
        Span<byte> bytes = stackalloc byte[16];
        Ulid.Decode(task.ToString().AsSpan(TaskKind.Prefix.Length), bytes);
        Span<byte> job = stackalloc byte[16];
        bytes[..TimeBytes].CopyTo(job);
        bytes[(TimeBytes + 4)..].CopyTo(job[TimeBytes..]);
        return Job.Prefix + Ulid.Encode(job)[..19];
    }

    /// <summary>The index of a task in this job; null when it is not of this job.</summary>
    public static int? IndexIn(Id<Job> job, Id<TaskKind> task)
    {
        Span<byte> jobBytes = stackalloc byte[16];
        Ulid.Decode(job.ToString().AsSpan(Job.Prefix.Length), jobBytes);
        Span<byte> bytes = stackalloc byte[16];
        Ulid.Decode(task.ToString().AsSpan(TaskKind.Prefix.Length), bytes);
        if (!bytes[..TimeBytes].SequenceEqual(jobBytes[..TimeBytes]) || !bytes[(TimeBytes + 4)..].SequenceEqual(jobBytes.Slice(TimeBytes, JobBytes)))
        {
            return null;
        }

        var index = Unscramble(BinaryPrimitives.ReadUInt32BigEndian(bytes[TimeBytes..]), jobBytes);
        return index <= int.MaxValue ? (int)index : null;
    }

    /// <summary>The tasks of this job, of which there are <paramref name="count"/>, that chat would show by these 6 characters; at most 4.</summary>
    public static IEnumerable<int> Shortened(Id<Job> job, string shown, int count)
    {
        if (shown.Length != Shown || !Ulid.IsValid(new string('0', Ulid.Length - Shown) + shown))
        {
            yield break;
        }

        var bytes = new byte[16];
        Ulid.Decode(job.ToString().AsSpan(Job.Prefix.Length), bytes);
        var last = new byte[16];
        Ulid.Decode(new string('0', Ulid.Length - Shown) + shown, last);
        var upper = BinaryPrimitives.ReadUInt32BigEndian(last.AsSpan(12)) << 2;
        for (var low = 0U; low < 4; low++)
        {
            var index = Unscramble(upper | low, bytes);
            if (index < count)
            {
                yield return (int)index;
            }
        }
    }

    private static uint Unscramble(uint scrambled, ReadOnlySpan<byte> job) => unchecked((scrambled - Seed(job)) * Inverse);

    private static uint Seed(ReadOnlySpan<byte> job) => BinaryPrimitives.ReadUInt32BigEndian(job[(TimeBytes + JobBytes)..]);
}
