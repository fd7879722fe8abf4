using System.Security.Cryptography;
using System.Text;
using Muster.Hub.Chat.Tools;

namespace Muster.Hub.Chat.Notes;

/// <summary>The tools <c>memory_read</c> and <c>memory_write</c>: notes of the run's user.</summary>
internal sealed class NoteCalls(TimeProvider time) : IRunCalls
{
    private const int MostNotes = 100;
    private const int UsualNotes = 20;

    public string Area => "memory";

    public string? Answer(RunCall call) => call.Verb switch
    {
        "read" => Read(call),
        "write" => Write(call),
        _ => null,
    };

    private static string Read(RunCall call)
    {
        var notes = NoteStore.Find(call.Tx, call.UserId, call.Text("query"), call.Whole("limit", UsualNotes, 1, MostNotes));
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

    private string Write(RunCall call)
    {
        var id = IdOf(call);
        NoteStore.Add(call.Tx, call.UserId, new Note(id, call.Text("text"), time.GetUtcNow()));
        return EventJson.Write(json => json.WriteString("id", id));
    }

    /// <summary>Named by its tool call, so that one that is repeated after a restart makes one note, and no other run can meet its name.</summary>
    private static string IdOf(RunCall call) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{call.Run.Id}\n{(call.Text("key") is { Length: > 0 } key ? key : call.Id)}")))[..26];
}
