using System.Text.Json;
using Muster.Hub.Fleet.Standing;
using Muster.Protocol.Ids;
using Muster.Storage;

namespace Muster.Hub.Fleet;

/// <summary>A machine as it is stored.</summary>
internal sealed record NodeRecord(NodeSnapshot Snapshot, NodeCredential? Credential);

/// <summary>Machines in the database.</summary>
internal static class NodeStore
{
    public const string RunVerb = "run";
    public const string ManageVerb = "manage";

    public static IReadOnlyList<NodeRecord> All(Transaction tx)
    {
        var users = tx.Query<UserRow>("select node as Node, \"user\" as User from node_users").ToLookup(row => row.Node, row => Id<User>.Parse(row.User), StringComparer.Ordinal);
        var rights = tx.Query<RightRow>("select node as Node, \"user\" as User, verb as Verb from node_rights").ToLookup(row => (row.Node, row.Verb), row => Id<User>.Parse(row.User));
        var standings = NodeStandings.All(tx);
        return
        [
            .. tx.Query<NodeRow>(
                """
                select id as Id, name as Name, dialect as Dialect, owner as Owner, public_key as PublicKey,
                       credential_hash as CredentialHash, facts as Facts, last_seen as LastSeen
                from nodes
                """).Select(row => row.ToRecord(users[row.Id].ToHashSet(), rights[(row.Id, RunVerb)].ToHashSet(), rights[(row.Id, ManageVerb)].ToHashSet(), standings.GetValueOrDefault(row.Id) ?? NodeStanding.Unknown)),
        ];
    }

    /// <summary>False when the name is taken.</summary>
    public static bool Insert(Transaction tx, NodeRecord record, string? machineId, long now)
    {
        var node = record.Snapshot;
        var inserted = tx.Execute(
            """
            insert into nodes (id, name, name_key, dialect, owner, public_key, credential_hash, machine_id, facts, created_at)
            values (@id, @name, @key, @dialect, @owner, @publicKey, @hash, @machineId, @facts, @now)
            on conflict (name_key) do nothing
            """,
            new
            {
                id = node.Id.ToString(),
                name = node.Name,
                key = NodeName.Key(node.Name),
                dialect = $"{node.Dialect}",
                owner = node.Owner.ToString(),
                publicKey = record.Credential?.PublicKey,
                hash = record.Credential?.Hash,
                machineId,
                facts = Json(node.Facts),
                now,
            }) == 1;
        if (inserted)
        {
            SetUsers(tx, node.Id, node.Users);
        }

        return inserted;
    }

    public static void SetUsers(Transaction tx, Id<Node> id, IEnumerable<Id<User>> users)
    {
        tx.Execute("delete from node_users where node = @id", new { id = id.ToString() });
        foreach (var user in users)
        {
            tx.Execute("insert into node_users (node, \"user\") values (@id, @user)", new { id = id.ToString(), user = user.ToString() });
        }
    }

    /// <summary>Who may do this besides the owner.</summary>
    public static void SetRights(Transaction tx, Id<Node> id, string verb, IEnumerable<Id<User>> users)
    {
        tx.Execute("delete from node_rights where node = @id and verb = @verb", new { id = id.ToString(), verb });
        foreach (var user in users)
        {
            tx.Execute("insert into node_rights (node, \"user\", verb) values (@id, @user, @verb)", new { id = id.ToString(), user = user.ToString(), verb });
        }
    }

    public static bool NameIsTaken(Transaction tx, string name, Id<Node> except = default) =>
        tx.Scalar<long>("select count(*) from nodes where name_key = @key and id <> @id", new { key = NodeName.Key(name), id = except.ToString() }) > 0;

    public static void Rename(Transaction tx, Id<Node> id, string name) =>
        tx.Execute("update nodes set name = @name, name_key = @key where id = @id", new { id = id.ToString(), name, key = NodeName.Key(name) });

    public static bool Delete(Transaction tx, Id<Node> id)
    {
        tx.Execute("delete from node_users where node = @id", new { id = id.ToString() });
        tx.Execute("delete from node_rights where node = @id", new { id = id.ToString() });
        tx.Execute("delete from enrolments where node = @id", new { id = id.ToString() });
        return tx.Execute("delete from nodes where id = @id", new { id = id.ToString() }) == 1;
    }

    public static void SetCredential(Transaction tx, Id<Node> id, NodeCredential credential, string machineId) => tx.Execute(
        "update nodes set public_key = @key, credential_hash = @hash, machine_id = @machineId where id = @id",
        new { id = id.ToString(), key = credential.PublicKey, hash = credential.Hash, machineId });

    public static void SetFacts(Transaction tx, Id<Node> id, NodeFactsSnapshot facts, long now) => tx.Execute(
        "update nodes set facts = @facts, last_seen = @now where id = @id", new { id = id.ToString(), facts = Json(facts), now });

    public static void SetLastSeen(Transaction tx, Id<Node> id, long at) =>
        tx.Execute("update nodes set last_seen = @at where id = @id and coalesce(last_seen, 0) < @at", new { id = id.ToString(), at });

    /// <summary>This hub's id, made at its first start.</summary>
    public static string HubId(Transaction tx, Func<string> make) =>
        tx.QueryFirst<string>("select hub_id from fleet_hub") ?? tx.Scalar<string>("insert into fleet_hub (hub_id) values (@id) returning hub_id", new { id = make() });

    private static string Json(NodeFactsSnapshot facts) => JsonSerializer.Serialize(facts, FleetJson.Default.NodeFactsSnapshot);

    private sealed class UserRow
    {
        public string Node { get; set; } = "";
        public string User { get; set; } = "";
    }

    private sealed class RightRow
    {
        public string Node { get; set; } = "";
        public string User { get; set; } = "";
        public string Verb { get; set; } = "";
    }

    private sealed class NodeRow
    {
        public string Id { get; set; } = "";
        public string Name { get; set; } = "";
        public string Dialect { get; set; } = "";
        public string Owner { get; set; } = "";
        public byte[]? PublicKey { get; set; }
        public byte[]? CredentialHash { get; set; }
        public string Facts { get; set; } = "";
        public long? LastSeen { get; set; }

        public NodeRecord ToRecord(IReadOnlySet<Id<User>> users, IReadOnlySet<Id<User>> runners, IReadOnlySet<Id<User>> managers, NodeStanding standing) => new(
            new NodeSnapshot(
                Id<Node>.Parse(Id),
                Name,
                Enum.Parse<NodeDialect>(Dialect),
                Online: false,
                Id<User>.Parse(Owner),
                users,
                JsonSerializer.Deserialize(Facts, FleetJson.Default.NodeFactsSnapshot)!,
                ConnectedAt: null,
                LastSeen is { } seen ? DateTimeOffset.FromUnixTimeMilliseconds(seen) : null,
                Runs: 0,
                Sessions: 0,
                Load: 0,
                MemoryFreeBytes: 0) { Runners = runners, Managers = managers, Standing = standing },
            PublicKey is null || CredentialHash is null ? null : new NodeCredential(CredentialHash, PublicKey));
    }
}
