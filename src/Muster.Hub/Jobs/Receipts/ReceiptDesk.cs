using System.Text;
using System.Text.Json;
using Google.Protobuf;
using Muster.Hub.Accounts;
using Muster.Hub.Api;
using Muster.Hub.Jobs.Pool;
using Muster.Hub.Jobs.Store;
using Muster.Hub.Jobs.Views;
using Muster.Protocol.Ids;
using Muster.Protocol.Receipts;
using Muster.Protocol.Wire;
using Muster.Storage;

namespace Muster.Hub.Jobs.Receipts;

/// <summary>Makes the receipt of a task from what its node signed and what the hub booked.</summary>
internal sealed class ReceiptDesk(Database database, JobDesk jobs, ReceiptKey key, People people)
{
    /// <param name="id">A task, or a job of one task.</param>
    public async Task<Receipt> GetAsync(SignedIn caller, string id, CancellationToken cancel)
    {
        var (job, index) = await jobs.FindWorkAsync(caller, id, cancel);
        var task = index ?? (job.TaskCount == 1 ? 0 : throw ApiException.Conflict($"{job.Name} has {job.TaskCount} tasks, each with a receipt of its own: name one (muster job show {job.Id})."));
        var unsigned = await database.ReadAsync(tx => Read(tx, job, task), cancel);
        var signer = await key.GetAsync(cancel);
        return ReceiptCheck.Sign(unsigned with { HubKey = Convert.ToBase64String(signer.ExportSubjectPublicKeyInfo()) }, signer);
    }

    private Receipt Read(Transaction tx, JobRow job, int index)
    {
        var row = PoolStore.Tasks(tx, job.Number, index, 1).FirstOrDefault(row => row.Index == index);
        var detail = row is null ? new TaskDetail() : TaskDetail.Parser.ParseFrom(row.Detail);
        var attempt = detail.Attempts.FirstOrDefault(attempt => attempt.Number == detail.Winner && attempt.End?.Batch > 0)
            ?? detail.Attempts.LastOrDefault(attempt => attempt.End?.Batch > 0)
            ?? throw ApiException.Conflict("No node has signed a result of this task: there is a receipt once an attempt of it has ended.");
        var batch = tx.QueryPrepared(
            "select node, root, signature, leaves, node_key from receipt_batches where number = @number",
            found => new Batch(found.GetString(0), (byte[])found["root"], (byte[])found["signature"], (byte[])found["leaves"], found["node_key"] as byte[]),
            ("@number", attempt.End.Batch)).FirstOrDefault() ?? throw new ApiException(404, "not_found", "The receipt of this task is not kept any more: it goes with its job.");
        var statement = ReceiptText.Of(Result(job, index, attempt));
        var leaves = batch.Hashes;
        if (batch.NodeKey is null || attempt.End.Leaf >= leaves.Count || !leaves[attempt.End.Leaf].Span.SequenceEqual(MerkleTree.Leaf(statement)))
        {
            throw ApiException.Conflict("What the node signed is not what the hub keeps of this task, so that there is no proof.");
        }

        return new Receipt
        {
            Statement = Encoding.UTF8.GetString(statement), Account = Account(tx, job, index, attempt), Node = batch.Node, NodeKey = Convert.ToBase64String(batch.NodeKey),
            Leaf = attempt.End.Leaf, Leaves = leaves.Count, Path = [.. MerkleTree.Path(leaves, attempt.End.Leaf).Select(Convert.ToHexStringLower)],
            Root = Convert.ToHexStringLower(batch.Root), Signature = Convert.ToBase64String(batch.Signature), HubKey = "",
        };
    }

    private string Account(Transaction tx, JobRow job, int index, AttemptDetail attempt)
    {
        string Name(string user) => Id<User>.TryParse(user, out var id) ? people.NameOf(id) ?? user : user;
        var account = new ReceiptAccount(
            TaskIds.Of(Id<Job>.Parse(job.Id), index).ToString(), job.Name, JobViews.StepOf(PoolStore.Plan(tx, job.Number)!, index).Step.Id, Name(job.Owner), attempt.NodeName,
            Name(attempt.Owner), JobViews.Cpt(attempt.Micro), DateTimeOffset.FromUnixTimeMilliseconds(attempt.EndedAt),
            [.. attempt.End.Outputs.Select(output => new ReceiptOutput(output.Path, Convert.ToHexStringLower(output.Sha256.Span), output.Size))]);
        return JsonSerializer.Serialize(account, ReceiptAccountJson.Default.ReceiptAccount);
    }

    private static AttemptResult Result(JobRow job, int index, AttemptDetail attempt) => new()
    {
        Ref = new AttemptRef { Job = (ulong)job.Number, Task = (uint)index, Attempt = (uint)attempt.Number },
        JobId = job.Id, Outcome = JobViews.Word((AttemptOutcome)attempt.End.Outcome), ExitCode = attempt.End.ExitCode, OutputsHash = attempt.End.OutputsHash,
        Log = attempt.End.Log is { } log ? new Output { Path = log.Path, Sha256 = log.Sha256, Size = (ulong)log.Size } : null, StartedAt = attempt.End.StartedAt,
        Usage = new ResourceUse
        {
            CpuSeconds = attempt.End.CpuSeconds, PeakMemoryBytes = (ulong)attempt.End.PeakMemoryBytes, WallSeconds = attempt.End.WallSeconds,
            BytesIn = (ulong)attempt.End.BytesIn, BytesOut = (ulong)attempt.End.BytesOut, GpuSeconds = attempt.End.GpuSeconds, ModelMicro = (ulong)attempt.End.ModelMicro,
        },
    };

    private sealed record Batch(string Node, byte[] Root, byte[] Signature, byte[] Leaves, byte[]? NodeKey)
    {
        public IReadOnlyList<ReadOnlyMemory<byte>> Hashes =>
            [.. Enumerable.Range(0, Leaves.Length / MerkleTree.HashSize).Select(leaf => (ReadOnlyMemory<byte>)Leaves.AsMemory(leaf * MerkleTree.HashSize, MerkleTree.HashSize))];
    }
}
