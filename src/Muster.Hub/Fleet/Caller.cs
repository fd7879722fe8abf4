using System.Security.Claims;
using Muster.Protocol.Ids;

namespace Muster.Hub.Fleet;

/// <summary>Who asks, and which machines they may see or manage.</summary>
internal static class Caller
{
    public static Id<User> Id(ClaimsPrincipal user) => Id<User>.TryParse(user.FindFirst("sub")?.Value, out var id) ? id : default;

    public static bool MaySee(ClaimsPrincipal user, NodeSnapshot node) => node.Users.Contains(Id(user)) || MayManage(user, node);

    public static bool MayManage(ClaimsPrincipal user, NodeSnapshot node) =>
        user.FindFirst("role")?.Value is "owner" or "admin" || node.Owner == Id(user);

    /// <summary>By id, by a prefix of its random part, or by name.</summary>
    public static NodeSnapshot? Find(NodeDirectory nodes, ClaimsPrincipal user, string text, bool manage = false)
    {
        bool Allowed(NodeSnapshot node) => manage ? MayManage(user, node) : MaySee(user, node);
        if (nodes.FindByName(text) is { } named)
        {
            return Allowed(named) ? named : null;
        }

        var matches = nodes.All.Where(node => Allowed(node) && IdMatches(node.Id.ToString(), text)).Take(2).ToList();
        return matches.Count == 1 ? matches[0] : null;
    }

    private static bool IdMatches(string id, string text)
    {
        var random = id[(Node.Prefix.Length + 10)..];
        var asked = text.StartsWith('#') ? text[1..] : text.StartsWith(Node.Prefix, StringComparison.Ordinal) ? text[Node.Prefix.Length..] : text;
        return id == text || (asked.Length >= 6 && random.StartsWith(asked, StringComparison.OrdinalIgnoreCase));
    }
}
