using Muster.Hub.Jobs.Pool;

namespace Muster.Hub.Jobs.Store;

/// <summary>The rows of one turn.</summary>
internal sealed record PoolWrites(
    IReadOnlyList<JobRow> NewJobs,
    IReadOnlyList<JobRow> Jobs,
    IReadOnlyList<PayloadRow> Payloads,
    IReadOnlyList<TaskRow> Tasks,
    IReadOnlyList<OwnerRow> Owners,
    IReadOnlyList<TrustRow> Trust,
    IReadOnlyList<ReceiptRow> Receipts,
    long NextJob,
    long NextBatch)
{
    public static PoolWrites Of(PoolState state, PoolEffects effects, long now)
    {
        var made = effects.NewJobs.ToHashSet();
        var tasks = new List<TaskRow>(effects.Tasks.Count + effects.Unleased.Count);
        foreach (var task in effects.Tasks)
        {
            tasks.Add(RowMaker.Of(task));
            task.Dirty = false;
        }

        tasks.AddRange(effects.Unleased.Select(ended => RowMaker.Unleased(ended.Job, ended.Task, ended.State)));
        return new PoolWrites(
            [.. effects.NewJobs.Select(job => RowMaker.Of(job) with { Plan = job.Plan })],
            [.. effects.Jobs.Where(job => !made.Contains(job)).Select(RowMaker.Of)],
            [.. effects.Submissions.Zip(effects.NewJobs).SelectMany(pair => PayloadRow.Of(pair.Second.Number, pair.First.Payloads))],
            tasks,
            [.. effects.Owners.Select(owner => RowMaker.Of(owner, state.Settings, now))],
            [.. effects.Trust.Select(RowMaker.Of)],
            [.. effects.Receipts.Select(receipt => ReceiptRow.Of(receipt.Number, receipt.Node.ToString(), receipt.Batch, now))],
            state.NextJob,
            state.NextBatch);
    }
}

/// <summary>A batch of receipts: its signed root, and the leaves from which each path is made when it is asked for.</summary>
internal sealed record ReceiptRow(long Number, string Node, byte[] Root, byte[] Signature, byte[] Leaves, long At, byte[] NodeKey)
{
    public static ReceiptRow Of(long number, string node, ReceiptBatch batch, long now) =>
        new(number, node, batch.Root.ToArray(), batch.Signature.ToArray(), [.. batch.Leaves.SelectMany(leaf => leaf.ToArray())], now, batch.NodeKey);
}

/// <summary>Payloads of neighbouring tasks, each after its length in four bytes.</summary>
internal sealed record PayloadRow(long Job, int First, byte[] Body)
{
    public const int Most = 256;

    public static IEnumerable<PayloadRow> Of(long job, IReadOnlyList<ReadOnlyMemory<byte>>? payloads)
    {
        for (var first = 0; payloads is not null && first < payloads.Count; first += Most)
        {
            var chunk = payloads.Skip(first).Take(Most).ToList();
            var body = new byte[chunk.Sum(payload => 4 + payload.Length)];
            var at = 0;
            foreach (var payload in chunk)
            {
                System.Buffers.Binary.BinaryPrimitives.WriteInt32LittleEndian(body.AsSpan(at), payload.Length);
                payload.Span.CopyTo(body.AsSpan(at + 4));
                at += 4 + payload.Length;
            }

            yield return new PayloadRow(job, first, body);
        }
    }

    public static List<ReadOnlyMemory<byte>> Read(byte[] body)
    {
        var payloads = new List<ReadOnlyMemory<byte>>(Most);
        for (var at = 0; at < body.Length;)
        {
            var length = System.Buffers.Binary.BinaryPrimitives.ReadInt32LittleEndian(body.AsSpan(at));
            payloads.Add(body.AsMemory(at + 4, length));
            at += 4 + length;
        }

        return payloads;
    }
}
