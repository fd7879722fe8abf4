using Muster.Protocol.Ids;

namespace Muster.Hub.Fleet;

/// <summary>Something about a machine that a user should be told.</summary>
/// <param name="Kind">A stable word: <c>duplicate_machine</c>.</param>
/// <param name="Level">info, warning or error.</param>
public sealed record FleetNotice(Id<User> User, Id<Node>? Node, string Kind, string Level, string Text);
