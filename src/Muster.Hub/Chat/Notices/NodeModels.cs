using System.Text.Json;
using Muster.Hub.Fleet;
using Muster.Protocol.Ids;

namespace Muster.Hub.Chat.Notices;

/// <summary>Machines as events and tools show them, in the shape of the API.</summary>
internal sealed class NodeModels(FleetPeople people)
{
    public string Json(NodeSnapshot node, Id<User> asking) => JsonSerializer.Serialize(NodeView.Of(node, people, asking), FleetJson.Default.NodeView);
}
