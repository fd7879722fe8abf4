using Muster.Hub.Jobs.Pool;
using Muster.Protocol.Ids;
using Muster.Protocol.Transfers;
using Muster.Storage;
using Muster.Storage.Rows;

namespace Muster.Hub.Artifacts;

/// <summary>
/// Who refers to what. An artifact is kept, and can be read, as long as and by whom it is referred to. All of it runs in the
/// caller's transaction; times are Unix milliseconds.
/// </summary>
public static class ArtifactReferences
{
    private const int AtOnce = 500;

    private static readonly RowTable References = new(
        "artifact_refs", RowConflict.Update,
        new("sha256", RowType.Blob, Key: true), new("holder", RowType.Text, Key: true), new("job", RowType.Integer), new("at", RowType.Integer),
        new("expires_at", RowType.Integer));

    private static readonly RowTable Keys = new("artifact_refs", RowConflict.Fail, new("sha256", RowType.Blob, Key: true), new("holder", RowType.Text, Key: true));

    /// <param name="expiresAt">Null: until it is removed.</param>
    /// <returns>Those of which the hub has no artifact; for these nothing is added.</returns>
    public static IReadOnlyList<ContentHash> Add(Transaction tx, ArtifactHolder holder, IReadOnlyCollection<ContentHash> hashes, long at, long? expiresAt = null)
    {
        var known = Existing(tx, hashes);
        Insert(tx, known.Select(hash => (holder, hash)), at, expiresAt);
        return [.. hashes.Where(hash => !known.Contains(hash))];
    }

    public static void Remove(Transaction tx, ArtifactHolder holder, IReadOnlyCollection<ContentHash> hashes) =>
        tx.DeleteMany(Keys, hashes, (row, hash) => row.Add(hash.ToBytes()).Add(holder.Text));

    public static void RemoveAll(Transaction tx, IReadOnlyCollection<ArtifactHolder> holders)
    {
        foreach (var some in holders.Select(holder => holder.Text).Chunk(AtOnce))
        {
            tx.Execute("delete from artifact_refs where holder in @some", new { some });
        }
    }

    /// <summary>Gives a job what its owner may read.</summary>
    /// <returns>What the owner may not read, or is not there; with any, nothing is added.</returns>
    public static IReadOnlyList<ContentHash> AddInputs(Transaction tx, Id<User> owner, long job, IReadOnlyCollection<ContentHash> hashes, long at)
    {
        var readable = ArtifactRows.ReadableOf(tx, owner, hashes, at);
        var foreign = hashes.Where(hash => !readable.Contains(hash)).ToList();
        return foreign.Count > 0 ? foreign : Add(tx, ArtifactHolder.Of(job), hashes, at);
    }

    /// <summary>
    /// Hands what attempts brought to their jobs; the attempts' own references end. A node that names what it did not bring, to read
    /// what is another's, gets nothing by it.
    /// </summary>
    /// <returns>What an attempt named and did not bring.</returns>
    public static IReadOnlyList<(AttemptName Attempt, ContentHash Hash)> AddOutputs(
        Transaction tx, IReadOnlyCollection<(AttemptName Attempt, ContentHash Hash)> named, long at)
    {
        var brought = Brought(tx, named.Select(one => one.Attempt));
        Insert(tx, named.Where(brought.Contains).Select(one => (ArtifactHolder.Of(one.Attempt.Job), one.Hash)), at, null);
        RemoveAll(tx, [.. named.Select(one => ArtifactHolder.Of(one.Attempt)).Distinct()]);
        return [.. named.Where(one => !brought.Contains(one))];
    }

    /// <summary>What these attempts have brought, and what no result has claimed yet.</summary>
    public static IReadOnlySet<(AttemptName Attempt, ContentHash Hash)> Brought(Transaction tx, IEnumerable<AttemptName> attempts)
    {
        var holders = attempts.Distinct().ToDictionary(attempt => ArtifactHolder.Of(attempt).Text, StringComparer.Ordinal);
        return holders.Keys.Chunk(AtOnce)
            .SelectMany(some => tx.Query<(byte[] Hash, string Holder)>("select sha256, holder from artifact_refs where holder in @some", new { some }))
            .Select(row => (holders[row.Holder], ContentHash.Of(row.Hash)))
            .ToHashSet();
    }

    /// <summary>Takes away what has expired, and what jobs held that are no more.</summary>
    internal static void Expire(Transaction tx, long now, TimeSpan grace)
    {
        tx.Execute("delete from artifact_refs where expires_at is not null and expires_at <= @now", new { now });
        tx.Execute(
            "delete from artifact_refs where job is not null and at < @before and not exists (select 1 from jobs where number = artifact_refs.job)",
            new { before = now - (long)grace.TotalMilliseconds });
    }

    private static void Insert(Transaction tx, IEnumerable<(ArtifactHolder Holder, ContentHash Hash)> rows, long at, long? expiresAt) => tx.InsertMany(
        References, rows.Distinct(), (row, one) => row.Add(one.Hash.ToBytes()).Add(one.Holder.Text).Add(one.Holder.Job).Add(at).Add(expiresAt));

    private static HashSet<ContentHash> Existing(Transaction tx, IEnumerable<ContentHash> hashes) =>
        [.. hashes.Distinct().Select(hash => hash.ToBytes()).Chunk(AtOnce)
            .SelectMany(some => tx.Query<byte[]>("select sha256 from artifacts where sha256 in @some", new { some }))
            .Select(bytes => ContentHash.Of(bytes))];
}
