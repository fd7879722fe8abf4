using System.Text.Json;
using Muster.Hub.Api;
using Muster.Hub.Chat.Runs;
using Muster.Hub.Fleet;
using Muster.Protocol.Link;
using Muster.Protocol.Wire;
using Muster.Storage;

namespace Muster.Hub.Chat.Tools;

/// <summary>Answers what the tools of a run ask of the hub, each by the area that its method names.</summary>
internal sealed class HubCallDesk(NodeDirectory nodes, IEnumerable<IRunCalls> areas)
{
    private readonly Dictionary<string, IRunCalls> _areas = areas.ToDictionary(area => area.Area, StringComparer.Ordinal);

    public void Register() => nodes.Handle(Frame.BodyOneofCase.HubCall, (tx, node, frame) => Answer(tx, node, frame.HubCall));

    private void Answer(Transaction tx, NodeSnapshot node, HubCall call)
    {
        var reply = new HubReply { CallId = call.CallId };
        try
        {
            reply.Json = Result(tx, node, call);
        }
        catch (Exception error) when (error is JsonException or ApiException or InvalidOperationException)
        {
            reply.Error = error is ApiException ? error.Message : "The arguments cannot be read.";
        }

        nodes.Enqueue(tx, node.Id, Lane.Control, new Frame { HubReply = reply });
    }

    private string Result(Transaction tx, NodeSnapshot node, HubCall call)
    {
        if (RunStore.Find(tx, call.RunId) is not { } run || run.NodeId != node.Id.ToString() || ConversationStore.Find(tx, run.ConversationId) is not { } conversation)
        {
            throw ApiException.Forbidden("This run is not known to the hub.");
        }

        return Answer(tx, run, node, conversation.UserId, call.CallId, call.Method, call.Json);
    }

    /// <param name="node">Where the run goes on; the hub itself for one of its own.</param>
    /// <exception cref="ApiException">It is refused, or not known; the sentence is for the model and the person.</exception>
    public string Answer(Transaction tx, RunRow run, NodeSnapshot node, string user, string call, string method, string json)
    {
        using var arguments = JsonDocument.Parse(json.Length == 0 ? "{}" : json);
        var point = method.IndexOf('.', StringComparison.Ordinal);
        var answer = point > 0 && _areas.TryGetValue(method[..point], out var area)
            ? area.Answer(new RunCall(tx, run, node, user, call, method[(point + 1)..], arguments.RootElement))
            : null;
        return answer ?? throw ApiException.Forbidden($"The hub has no {method}: update the hub.");
    }
}
