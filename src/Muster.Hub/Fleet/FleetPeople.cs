using Muster.Hub.Accounts;
using Muster.Protocol.Ids;

namespace Muster.Hub.Fleet;

/// <summary>What the fleet asks about users. Registered by whoever keeps the accounts; must be quick, since it is asked while links run.</summary>
/// <param name="Find">By user name or a linked chat id.</param>
/// <param name="NameOf">Null when there is no such user any more.</param>
/// <param name="Owner">The hub's owner; null while it is unclaimed.</param>
/// <param name="ActiveNode">The machine that the user's next new conversation starts with.</param>
public sealed record FleetPeople(
    Func<string, Id<User>?> Find,
    Func<Id<User>, string?> NameOf,
    Func<Id<User>?> Owner,
    Func<Id<User>, Id<Node>?> ActiveNode)
{
    public Func<Id<User>, Role> RoleOf { get; init; } = _ => Role.Member;

    public static FleetPeople Nobody { get; } = new(_ => null, _ => null, () => null, _ => null);
}
