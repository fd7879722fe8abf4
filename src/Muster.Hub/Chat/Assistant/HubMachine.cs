using System.Collections.Frozen;
using Muster.Hub.Fleet;
using Muster.Protocol.Ids;

namespace Muster.Hub.Chat.Assistant;

/// <summary>The hub in the place of a machine: where its own assistant's runs go on. It runs nobody's code.</summary>
internal static class HubMachine
{
    /// <summary>Of runs, and as the origin of what they say.</summary>
    public const string Name = "hub";

    /// <summary>For what is asked in the name of such a run; no link and no directory knows it.</summary>
    public static NodeSnapshot Snapshot { get; } = new(
        Id<Node>.Parse("nod_00000000000000000000000000"), Name, NodeDialect.Muster, Online: true, default, FrozenSet<Id<User>>.Empty,
        new NodeFactsSnapshot("", "", "", "", [], 0, 0, "", "", ""), null, null, 0, 0, 0, 0);
}
