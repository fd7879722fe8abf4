using Muster.Protocol.Transfers;
using Muster.Storage;

namespace Muster.Hub.Artifacts.Uploads;

/// <param name="Sha256">Set when it is complete.</param>
internal sealed record UploadRow(string Id, string Holder, long? Length, byte[]? Sha256, long? Size);

/// <summary>The SQL of uploads that can be resumed.</summary>
internal static class UploadRows
{
    private const string Columns = "id Id, holder Holder, length Length, sha256 Sha256, size Size";

    public static void Insert(Transaction tx, UploadRow row, long at) =>
        tx.Execute("insert into artifact_uploads (id, holder, length, at) values (@Id, @Holder, @Length, @at)", new { row.Id, row.Holder, row.Length, at });

    public static UploadRow? Find(Transaction tx, ArtifactHolder holder, string id) =>
        tx.QueryFirst<UploadRow>($"select {Columns} from artifact_uploads where id = @id and holder = @holder", new { id, holder = holder.Text });

    public static long OpenOf(Transaction tx, ArtifactHolder holder) =>
        tx.Scalar<long>("select count(*) from artifact_uploads where holder = @holder and sha256 is null", new { holder = holder.Text });

    public static IReadOnlyList<string> Of(Transaction tx, ArtifactHolder holder) =>
        tx.Query<string>("select id from artifact_uploads where holder = @holder", new { holder = holder.Text });

    public static IReadOnlyList<string> OpenIds(Transaction tx, ArtifactHolder holder) =>
        tx.Query<string>("select id from artifact_uploads where holder = @holder and sha256 is null", new { holder = holder.Text });

    public static IReadOnlyList<UploadRow> Open(Transaction tx) => tx.Query<UploadRow>($"select {Columns} from artifact_uploads where sha256 is null");

    /// <summary>Those that nothing has come of since.</summary>
    public static IReadOnlyList<string> Idle(Transaction tx, long since) => tx.Query<string>("select id from artifact_uploads where at < @since", new { since });

    public static void Touch(Transaction tx, string id, long at) => tx.Execute("update artifact_uploads set at = @at where id = @id", new { id, at });

    public static void Complete(Transaction tx, string id, ContentHash hash, long size, long at) => tx.Execute(
        "update artifact_uploads set sha256 = @sha256, size = @size, at = @at where id = @id", new { id, sha256 = hash.ToBytes(), size, at });

    public static void Delete(Transaction tx, IReadOnlyList<string> ids) => tx.Execute("delete from artifact_uploads where id = @id", ids.Select(id => new { id }));
}
