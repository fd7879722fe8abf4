using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Muster.Agents.Tools;
using Muster.Node.Folders;

namespace Muster.Node.Coding.Sessions;

/// <summary>
/// What can be read of sessions in the working folder: <c>sessions.json</c>, and <c>audit/ID.jsonl</c> with all that was asked, answered and
/// allowed in one. Written here alone; tools see both read-only.
/// </summary>
internal sealed class CodingRecord(string root, KeptFiles kept, TimeProvider time)
{
    private const int LongestText = 16_000;
    private const long LongestRecord = 64 * 1024 * 1024;
    private readonly Lock _gate = new();

    public string Root => root;

    /// <summary>From the first session on. A person's own files of these names are left alone.</summary>
    /// <exception cref="ToolException">They are in the way.</exception>
    public void Begin()
    {
        if (kept.On)
        {
            return;
        }

        lock (_gate)
        {
            var (list, records) = (Path.Combine(root, KeptFiles.List), Path.Combine(root, KeptFiles.Records));
            if (Path.Exists(list) || new FileInfo(list).LinkTarget is not null)
            {
                throw new ToolException($"{list} is there and is not Muster's, which keeps the list of coding sessions under this name. Move it away, then try again.");
            }

            if (new DirectoryInfo(records).LinkTarget is not null || File.Exists(records))
            {
                throw new ToolException($"{records} is no folder, and Muster keeps the records of coding sessions in one of this name. Move it away, then try again.");
            }

            Sentence(() =>
            {
                Directory.CreateDirectory(records);
                File.WriteAllText(list, "[]\n");
            });
            kept.TurnOn();
        }
    }

    /// <summary>After a restart: they are Muster's.</summary>
    public void Resume() => kept.TurnOn();

    /// <summary>In place, since what runs in a sandbox sees the file itself and not its name.</summary>
    /// <param name="sessions">Asked when it is written, so that the newest list is the last one.</param>
    public void List(Func<IReadOnlyList<CodingSession>> sessions)
    {
        lock (_gate)
        {
            Sentence(() => File.WriteAllText(Path.Combine(root, KeptFiles.List), Json(sessions()).ToJsonString(_indented) + "\n"));
        }
    }

    private static JsonArray Json(IReadOnlyList<CodingSession> sessions) =>
        new([.. sessions.Select(JsonNode (session) => new JsonObject
        {
            ["id"] = session.Id, ["project"] = session.Project, ["folder"] = session.Folder, ["agent"] = session.Agent, ["agent_session"] = session.AgentSession,
            ["user"] = session.UserId, ["conversation"] = session.ConversationId, ["state"] = session.State, ["created_at"] = session.CreatedAt, ["last_used"] = session.UsedAt,
            ["audit"] = $"{KeptFiles.Records}/{session.Id}.jsonl",
        })]);

    /// <exception cref="ToolException">It cannot be written; then nothing more should be done.</exception>
    public void Add(string session, string kind, string text, JsonObject? more = null)
    {
        var entry = new JsonObject { ["at"] = time.GetUtcNow().ToString("O"), ["kind"] = kind, ["text"] = text.Length <= LongestText ? text : text[..LongestText] + $"… ({text.Length} characters)" };
        foreach (var (name, value) in more ?? [])
        {
            entry[name] = value?.DeepClone();
        }

        var line = Encoding.UTF8.GetBytes(entry.ToJsonString(_plain) + "\n");
        lock (_gate)
        {
            Sentence(() =>
            {
                using var file = new FileStream(Path.Combine(root, KeptFiles.Records, session + ".jsonl"), FileMode.Append, FileAccess.Write, FileShare.ReadWrite);
                if (file.Length < LongestRecord)
                {
                    file.Write(line);
                }
            });
        }
    }

    private static readonly JsonSerializerOptions _plain = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly JsonSerializerOptions _indented = new(_plain) { WriteIndented = true };

    private static void Sentence(Action write)
    {
        try
        {
            write();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new ToolException($"The record of the coding sessions cannot be written: {failure.Message} Make room or repair the folder, then try again.");
        }
    }
}
