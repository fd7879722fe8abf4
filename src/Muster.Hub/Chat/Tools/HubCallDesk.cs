using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Muster.Hub.Accounts;
using Muster.Hub.Api;
using Muster.Hub.Chat.Notes;
using Muster.Hub.Chat.Notices;
using Muster.Hub.Chat.Runs;
using Muster.Hub.Copies;
using Muster.Hub.Fleet;
using Muster.Hub.Schedules;
using Muster.Protocol.Ids;
using Muster.Protocol.Link;
using Muster.Protocol.Wire;
using Muster.Storage;

namespace Muster.Hub.Chat.Tools;

/// <summary>Answers what the tools of a run ask of the hub: the notes of its user, the machines that there are, copies between them, schedules.</summary>
internal sealed class HubCallDesk(NodeDirectory nodes, NodeModels models, CopyCalls copies, ScheduleCalls schedules, TimeProvider time)
{
    private const int MostNotes = 100;
    private const int UsualNotes = 20;

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

        using var arguments = JsonDocument.Parse(call.Json.Length == 0 ? "{}" : call.Json);
        return call.Method switch
        {
            "memory.read" => Read(tx, conversation.UserId, Text(arguments.RootElement, "query"), Limit(arguments.RootElement)),
            "memory.write" => Write(tx, conversation.UserId, NoteId(run, call, Text(arguments.RootElement, "key")), Text(arguments.RootElement, "text")),
            "nodes.list" => Nodes(conversation.UserId, node),
            "copies.start" => copies.Start(tx, conversation.UserId, run, node, arguments.RootElement),
            "copies.show" => copies.Show(conversation.UserId, run, Text(arguments.RootElement, "id")),
            "copies.cancel" => copies.Cancel(conversation.UserId, run, Text(arguments.RootElement, "id")),
            "schedules.add" => schedules.Add(tx, run, node, conversation.UserId, arguments.RootElement),
            "schedules.list" => schedules.List(tx, run, conversation.UserId),
            "schedules.cancel" => schedules.Cancel(tx, run, conversation.UserId, Text(arguments.RootElement, "id")),
            _ => throw ApiException.Forbidden($"The hub has no {call.Method}: update the hub."),
        };
    }

    private static string Read(Transaction tx, string user, string query, int limit)
    {
        var notes = NoteStore.Find(tx, user, query, limit);
        return EventJson.Write(json =>
        {
            json.WriteStartArray("notes");
            foreach (var note in notes)
            {
                json.WriteStartObject();
                json.WriteString("id", note.Id);
                json.WriteString("text", note.Text);
                json.WriteString("at", note.At);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        });
    }

    private string Write(Transaction tx, string user, string id, string text)
    {
        NoteStore.Add(tx, user, new Note(id, text, time.GetUtcNow()));
        return EventJson.Write(json => json.WriteString("id", id));
    }

    /// <summary>Named by its tool call, so that one that is repeated after a restart makes one note, and no other run can meet its name.</summary>
    private static string NoteId(RunRow run, HubCall call, string key) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{run.Id}\n{(key.Length > 0 ? key : call.CallId)}")))[..26];

    private static int Limit(JsonElement arguments) =>
        arguments.TryGetProperty("limit", out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var limit)
            ? Math.Clamp(limit, 1, MostNotes)
            : UsualNotes;

    private string Nodes(string user, NodeSnapshot self) => EventJson.Write(json =>
    {
        json.WriteString("self", self.Name);
        json.WriteStartArray("nodes");
        foreach (var node in nodes.For(Id<User>.Parse(user)))
        {
            json.WriteRawValue(models.Json(node, Id<User>.Parse(user)));
        }

        json.WriteEndArray();
    });

    private static string Text(JsonElement arguments, string name) =>
        arguments.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";
}
