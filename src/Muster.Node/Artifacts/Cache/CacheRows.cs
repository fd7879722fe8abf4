using Muster.Protocol.Transfers;
using Muster.Storage;

namespace Muster.Node.Artifacts.Cache;

/// <summary>The SQL of the cache.</summary>
internal static class CacheRows
{
    public static IReadOnlyList<(ContentHash Hash, long Size, long UsedAt)> All(Transaction tx) =>
        [.. tx.Query<(byte[] Hash, long Size, long UsedAt)>("select sha256, size, used_at from artifact_cache").Select(row => (ContentHash.Of(row.Hash), row.Size, row.UsedAt))];

    public static void Put(Transaction tx, ContentHash hash, long size, long usedAt) => tx.Execute(
        "insert into artifact_cache (sha256, size, used_at) values (@sha256, @size, @usedAt) on conflict (sha256) do update set used_at = excluded.used_at",
        new { sha256 = hash.ToBytes(), size, usedAt });

    public static void Delete(Transaction tx, IReadOnlyList<ContentHash> hashes) =>
        tx.Execute("delete from artifact_cache where sha256 = @sha256", hashes.Select(hash => new { sha256 = hash.ToBytes() }));
}
