using System.Collections.Concurrent;
using Muster.Hub.Fleet;
using Muster.Protocol.Ids;
using Muster.Storage;

namespace Muster.Hub.Accounts;

/// <summary>Accounts in memory, for whoever must ask while links run. Refreshed after each commit that changes one.</summary>
internal sealed class People
{
    private readonly ConcurrentDictionary<string, UserRow> _users = new(StringComparer.Ordinal);

    public Id<User>? Owner => _users.Values.Where(user => user is { Role: "owner", Disabled: false }).MinBy(user => user.Id, StringComparer.Ordinal)?.Key;

    public IEnumerable<Id<User>> Admins => _users.Values.Where(user => user is { Disabled: false, Rank: >= Role.Admin }).Select(user => user.Key);

    public void Load(Transaction tx)
    {
        foreach (var user in UserStore.All(tx))
        {
            _users[user.Id] = user;
        }
    }

    /// <summary>Call in the transaction that changed the user.</summary>
    public void Changed(Transaction tx, string id)
    {
        if (UserStore.Find(tx, id) is { } user)
        {
            tx.OnCommitted(() => _users[id] = user);
        }
    }

    /// <summary>Call in the transaction that removed the user.</summary>
    public void Removed(Transaction tx, string id) => tx.OnCommitted(() => _users.TryRemove(id, out _));

    public UserRow? Get(string id) => _users.GetValueOrDefault(id);

    public Id<User>? Find(string username) =>
        _users.Values.FirstOrDefault(user => !user.Disabled && string.Equals(user.Username, username, StringComparison.OrdinalIgnoreCase))?.Key;

    public string? NameOf(Id<User> user) => Get(user.ToString())?.Username;

    public Id<Node>? ActiveNode(Id<User> user) => Id<Node>.TryParse(Get(user.ToString())?.ActiveNode, out var node) ? node : null;

    public FleetPeople ForFleet() => new(Find, NameOf, () => Owner, ActiveNode) { RoleOf = user => Get(user.ToString())?.Rank ?? Role.Guest };
}
