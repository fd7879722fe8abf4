using Muster.Hub.Chat.Notices;
using Muster.Hub.Fleet;
using Muster.Protocol.Ids;

namespace Muster.Hub.Chat.Tools;

/// <summary>The tool <c>nodes</c>: the machines that the run's user may see.</summary>
internal sealed class NodeCalls(NodeDirectory nodes, NodeModels models) : IRunCalls
{
    public string Area => "nodes";

    public string? Answer(RunCall call) => call.Verb == "list" ? List(call) : null;

    private string List(RunCall call) => EventJson.Write(json =>
    {
        var user = Id<User>.Parse(call.UserId);
        json.WriteString("self", call.Node.Name);
        json.WriteStartArray("nodes");
        foreach (var node in nodes.For(user))
        {
            json.WriteRawValue(models.Json(node, user));
        }

        json.WriteEndArray();
    });
}
