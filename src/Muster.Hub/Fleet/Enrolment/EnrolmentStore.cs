using Muster.Protocol.Ids;
using Muster.Storage;

namespace Muster.Hub.Fleet.Enrolment;

/// <summary>A token that may still be used.</summary>
/// <param name="Node">Set when it gives an existing machine a new credential.</param>
internal sealed record EnrolmentRecord(Id<User> Owner, string? Name, Id<Node>? Node);

internal static class EnrolmentStore
{
    public static void Insert(Transaction tx, byte[] hash, EnrolmentRecord record, long expires) => tx.Execute(
        "insert into enrolments (secret_hash, owner, name, node, expires_at) values (@hash, @owner, @name, @node, @expires)",
        new { hash, owner = record.Owner.ToString(), name = record.Name, node = record.Node?.ToString(), expires });

    public static EnrolmentRecord? Find(Transaction tx, byte[] hash, long now)
    {
        tx.Execute("delete from enrolments where expires_at <= @now", new { now });
        var row = tx.QueryFirst<Row>("select owner as Owner, name as Name, node as Node from enrolments where secret_hash = @hash", new { hash });
        return row is null ? null : new EnrolmentRecord(Id<User>.Parse(row.Owner), row.Name, row.Node is null ? null : Id<Node>.Parse(row.Node));
    }

    public static void Use(Transaction tx, byte[] hash) => tx.Execute("delete from enrolments where secret_hash = @hash", new { hash });

    private sealed class Row
    {
        public string Owner { get; set; } = "";
        public string? Name { get; set; }
        public string? Node { get; set; }
    }
}
