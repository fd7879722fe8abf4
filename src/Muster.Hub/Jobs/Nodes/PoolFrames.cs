using System.Buffers.Binary;
using Google.Protobuf;
using Muster.Hub.Jobs.Pool;
using Muster.Hub.Jobs.Steering;
using Muster.Protocol.Receipts;
using Muster.Protocol.Wire;

namespace Muster.Hub.Jobs.Nodes;

/// <summary>Between the link's messages and the pool's commands.</summary>
internal static class PoolFrames
{
    private static readonly Dictionary<string, AttemptOutcome> Outcomes = new(StringComparer.Ordinal)
    {
        ["succeeded"] = AttemptOutcome.Succeeded, ["failed"] = AttemptOutcome.Failed, ["timed_out"] = AttemptOutcome.TimedOut, ["stopped"] = AttemptOutcome.Stopped,
        ["out_of_memory"] = AttemptOutcome.OutOfMemory, ["out_of_disk"] = AttemptOutcome.OutOfDisk, ["refused"] = AttemptOutcome.Refused, ["lost"] = AttemptOutcome.Lost,
    };

    private const int MostLogText = 16 << 10;

    public static AttemptName Name(AttemptRef name) => new((long)name.Job, (int)Math.Min(name.Task, int.MaxValue), (int)Math.Min(name.Attempt, int.MaxValue));

    public static AttemptRef Ref(AttemptName name) => new() { Job = (ulong)name.Job, Task = (uint)name.Task, Attempt = (uint)name.Attempt };

    public static AttemptUse Use(ResourceUse? use) => use is null ? default : new AttemptUse(
        Sane(use.CpuSeconds), Sane(use.PeakMemoryBytes), Sane(use.WallSeconds), Sane(use.BytesIn), Sane(use.BytesOut), Sane(use.GpuSeconds)) { ModelMicro = Sane(use.ModelMicro) };

    /// <summary>A node's results. Those whose signature is wrong count as lost: nobody could prove where they came from.</summary>
    public static AttemptsEnded Ended(Muster.Protocol.Ids.Id<Muster.Protocol.Ids.Node> node, ReadOnlySpan<byte> key, ResultBatch batch)
    {
        var leaves = batch.Results.Count == 0 ? [] : ReceiptSignature.Leaves(batch);
        var signed = leaves.Count > 0 && batch.Root.Span.SequenceEqual(MerkleTree.Root(leaves))
            && ReceiptSignature.Verify(batch.Root.Span, batch.Signature.Span, node.ToString(), key);
        return new AttemptsEnded(
            node,
            [.. batch.Results.Select((result, leaf) => End(result, leaf, signed))],
            signed ? new ReceiptBatch(batch.Root.Memory, batch.Signature.Memory, leaves, key.ToArray()) : null);
    }

    public static IReadOnlyList<UInt128> Data(NodeOffer offer) =>
        [.. offer.Cached.Where(hash => hash.Length >= 16).Take(10_000).Select(hash => BinaryPrimitives.ReadUInt128BigEndian(hash.Span))];

    private static AttemptEnd End(AttemptResult result, int leaf, bool signed) => new()
    {
        Name = Name(result.Ref),
        Outcome = signed && Outcomes.TryGetValue(result.Outcome, out var outcome) ? outcome : AttemptOutcome.Lost,
        JobId = Muster.Protocol.Ids.Id<Muster.Protocol.Ids.Job>.TryParse(result.JobId, out var job) ? job : null,
        ExitCode = result.ExitCode,
        Result = result.Result.Memory,
        Outputs = result.Outputs.Count == 0 ? [] : [.. result.Outputs.Select(Output)],
        Log = result.Log is { } log ? Output(log) : null,
        Use = Use(result.Usage),
        Error = !signed ? "The node's signature on this result is wrong." : result.Error.Length > 2000 ? result.Error[..2000] : result.Error,
        StartedAt = double.IsFinite(result.StartedAt) ? result.StartedAt : 0,
        OutputsHash = result.OutputsHash.Memory,
        LogText = result.LogText.Length <= MostLogText ? result.LogText.Memory : default,
        Leaf = leaf,
        Heard = result.Heard.Count == 0 ? [] : [.. result.Heard.Take(SteerDesk.Most)],
    };

    private static AttemptOutput Output(Output output) => new(output.Path, output.Sha256.Memory, Sane(output.Size));

    private static double Sane(double value) => double.IsFinite(value) ? Math.Clamp(value, 0, 1e12) : 0;

    private static long Sane(ulong value) => (long)Math.Min(value, long.MaxValue / 4);
}
