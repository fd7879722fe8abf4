using Muster.Protocol.Ids;
using Muster.Protocol.Transfers;
using Muster.Storage;

namespace Muster.Hub.Artifacts;

/// <param name="File">Below the artifacts' folder.</param>
internal sealed record ArtifactRow(long Size, string File);

/// <summary>The SQL of artifacts.</summary>
internal static class ArtifactRows
{
    private const int AtOnce = 500;

    private const string Readable =
        """
        exists (
            select 1 from artifact_refs r left join jobs j on j.number = r.job
            where r.sha256 = a.sha256 and (r.expires_at is null or r.expires_at > @now)
              and (r.holder = @holder or j.owner = @owner or (@admin = 1 and j.number is not null)))
        """;

    public static ArtifactRow? Find(Transaction tx, ContentHash hash) =>
        tx.QueryFirst<ArtifactRow>("select size Size, file File from artifacts where sha256 = @sha256", new { sha256 = hash.ToBytes() });

    /// <summary>What this user may read: what they uploaded, and what their jobs refer to; for an admin those of all jobs.</summary>
    public static ArtifactRow? FindFor(Transaction tx, Id<User> user, bool admin, ContentHash hash, long now) => tx.QueryFirst<ArtifactRow>(
        $"select a.size Size, a.file File from artifacts a where a.sha256 = @sha256 and {Readable}", Reader(user, admin, hash.ToBytes(), now));

    /// <summary>Those of which <see cref="FindFor(Transaction, Id{User}, bool, ContentHash, long)"/> finds something.</summary>
    public static IReadOnlySet<ContentHash> ReadableOf(Transaction tx, Id<User> user, IEnumerable<ContentHash> hashes, long now) => hashes.Distinct().Chunk(AtOnce)
        .SelectMany(some => tx.Query<byte[]>(
            $"select a.sha256 from artifacts a where a.sha256 in @sha256 and {Readable}", Reader(user, false, some.Select(hash => hash.ToBytes()).ToArray(), now)))
        .Select(bytes => ContentHash.Of(bytes))
        .ToHashSet();

    public static ArtifactRow? FindFor(Transaction tx, ArtifactHolder holder, ContentHash hash) => tx.QueryFirst<ArtifactRow>(
        "select a.size Size, a.file File from artifacts a join artifact_refs r on r.sha256 = a.sha256 where a.sha256 = @sha256 and r.holder = @holder",
        new { sha256 = hash.ToBytes(), holder = holder.Text });

    public static void Put(Transaction tx, ContentHash hash, ArtifactRow row, long at) => tx.Execute(
        "insert into artifacts (sha256, size, file, at) values (@sha256, @Size, @File, @at) on conflict (sha256) do update set file = excluded.file, at = excluded.at",
        new { sha256 = hash.ToBytes(), row.Size, row.File, at });

    public static long TotalSize(Transaction tx) => tx.Scalar<long>("select cast(coalesce(sum(size), 0) as bigint) from artifacts");

    /// <summary>Bytes of what this user and their jobs refer to, each once.</summary>
    public static long SizeOf(Transaction tx, Id<User> user) => tx.Scalar<long>(
        """
        select cast(coalesce(sum(size), 0) as bigint) from artifacts where sha256 in (
            select sha256 from artifact_refs where holder = @holder
            union select r.sha256 from jobs j join artifact_refs r on r.job = j.number where j.owner = @owner)
        """,
        new { holder = ArtifactHolder.Of(user).Text, owner = user.ToString() });

    /// <summary>Deletes some of what nobody refers to, and says which files that were.</summary>
    public static IReadOnlyList<ArtifactRow> Clear(Transaction tx) => tx.Query<ArtifactRow>(
        """
        delete from artifacts where sha256 in (
            select a.sha256 from artifacts a where not exists (select 1 from artifact_refs r where r.sha256 = a.sha256) limit @most)
        returning size Size, file File
        """,
        new { most = AtOnce });

    public static IReadOnlySet<string> Known(Transaction tx, IReadOnlyList<string> files) =>
        files.Chunk(AtOnce).SelectMany(some => tx.Query<string>("select file from artifacts where file in @some", new { some })).ToHashSet(StringComparer.Ordinal);

    private static object Reader<T>(Id<User> user, bool admin, T sha256, long now) =>
        new { sha256, now, holder = ArtifactHolder.Of(user).Text, owner = user.ToString(), admin = admin ? 1L : 0L };
}
