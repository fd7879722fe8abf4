using Muster.Hub.Accounts;
using Muster.Hub.Api;
using Muster.Protocol.Ids;

namespace Muster.Hub.Fleet;

/// <summary>Which machines a caller may see or manage.</summary>
internal static class NodeRights
{
    public static bool MaySee(this SignedIn caller, NodeSnapshot node) => node.Users.Contains(caller.User) || node.Runners.Contains(caller.User) || caller.MayManage(node);

    public static bool MayManage(this SignedIn caller, NodeSnapshot node) => caller.Owns(node) || node.Managers.Contains(caller.User);

    /// <summary>May do everything with it, and say who else may what.</summary>
    public static bool Owns(this SignedIn caller, NodeSnapshot node) => caller.Role >= Role.Admin || node.Owner == caller.User;

    /// <summary>By id, by a prefix of its random part, or by name.</summary>
    /// <exception cref="ApiException">There is none, or none for this caller.</exception>
    public static NodeSnapshot FindNode(this SignedIn caller, NodeDirectory nodes, string text, bool manage = false)
    {
        bool Allowed(NodeSnapshot node) => manage ? caller.MayManage(node) : caller.MaySee(node);
        if (nodes.FindByName(text) is { } named)
        {
            return Allowed(named) ? named : throw (caller.MaySee(named) ? NotYours(named) : Unknown(text));
        }

        var matches = nodes.All.Where(node => Allowed(node) && IdMatches(node.Id.ToString(), text)).Take(2).ToList();
        return matches.Count == 1 ? matches[0]
            : throw (manage && nodes.All.FirstOrDefault(node => caller.MaySee(node) && IdMatches(node.Id.ToString(), text)) is { } seen ? NotYours(seen) : Unknown(text));
    }

    /// <summary>One of these, by name, by id, or by a prefix of its random part that no other has; null: none, or more than one.</summary>
    public static NodeSnapshot? Match(IReadOnlyList<NodeSnapshot> some, string text) =>
        some.FirstOrDefault(node => string.Equals(node.Name, text, StringComparison.OrdinalIgnoreCase))
        ?? (some.Where(node => IdMatches(node.Id.ToString(), text)).Take(2).ToList() is [var only] ? only : null);

    private static ApiException NotYours(NodeSnapshot node) =>
        ApiException.Forbidden($"You may not manage {node.Name}: its owner can let you (muster node allow {node.Name} YOU manage).");

    public static ApiException Unknown(string text) => new(404, "not_found", $"There is no machine {text} here that you may see: muster nodes lists them.");

    public static ApiException NameTaken(string name, string free) =>
        ApiException.Conflict($"Another machine is already called {name}: choose another name, for example {free}.");

    private static bool IdMatches(string id, string text)
    {
        var random = id[(Node.Prefix.Length + 10)..];
        var asked = text.StartsWith('#') ? text[1..] : text.StartsWith(Node.Prefix, StringComparison.Ordinal) ? text[Node.Prefix.Length..] : text;
        return id == text || (asked.Length >= 6 && random.StartsWith(asked, StringComparison.OrdinalIgnoreCase));
    }
}
