using Muster.Hub.Fleet.Links;
using Muster.Protocol.Ids;
using Muster.Storage;

namespace Muster.Hub.Fleet.Permissions;

/// <summary>Who may do what with a machine, besides its owner, who may do everything.</summary>
/// <param name="Ask">Send messages that an agent there works on.</param>
/// <param name="Run">Have the pool run tasks there.</param>
/// <param name="Manage">Rename it, remove it, give it a new credential, and say who may ask it and run tasks there.</param>
internal sealed record PermissionLists(IReadOnlySet<Id<User>> Ask, IReadOnlySet<Id<User>> Run, IReadOnlySet<Id<User>> Manage)
{
    public static PermissionLists Of(NodeSnapshot node) => new(node.Users.Where(user => user != node.Owner).ToHashSet(), node.Runners, node.Managers);
}

/// <summary>Keeps the lists. What is decided from then on goes by the new ones: they are swapped in with the commit.</summary>
internal sealed class NodePermissions(FleetContext fleet)
{
    public void Set(Transaction tx, NodeSnapshot node, PermissionLists permissions)
    {
        HashSet<Id<User>> ask = [node.Owner, .. permissions.Ask];
        NodeStore.SetUsers(tx, node.Id, ask);
        NodeStore.SetRights(tx, node.Id, NodeStore.RunVerb, permissions.Run);
        NodeStore.SetRights(tx, node.Id, NodeStore.ManageVerb, permissions.Manage);
        Swap(tx, node.Id, snapshot => snapshot with { Users = ask, Runners = permissions.Run, Managers = permissions.Manage });
    }

    /// <summary>Takes a user off all lists in memory; the rows are the caller's.</summary>
    public void Forget(Transaction tx, Id<User> user)
    {
        foreach (var node in fleet.State.Entries.Select(entry => entry.Snapshot).Where(node => node.Users.Contains(user) || node.Runners.Contains(user) || node.Managers.Contains(user)))
        {
            Swap(tx, node.Id, snapshot => snapshot with
            {
                Users = snapshot.Users.Where(other => other != user).ToHashSet(),
                Runners = snapshot.Runners.Where(other => other != user).ToHashSet(),
                Managers = snapshot.Managers.Where(other => other != user).ToHashSet(),
            });
        }
    }

    private void Swap(Transaction tx, Id<Node> node, Func<NodeSnapshot, NodeSnapshot> change) => tx.OnCommitted(() =>
    {
        if (fleet.State.Find(node) is { } entry)
        {
            fleet.State.Update(entry, change);
        }
    });
}
