using System.Net.Http.Json;
using System.Text.Json;
using Muster.Protocol.Ids;
using Muster.Storage;

namespace Muster.Tests.Hub.Accounts.Matrix;

/// <summary>One thing of every kind that is the owner's, and how to ask for it.</summary>
internal sealed class Belongings
{
    private static readonly string _message = Id<Message>.New(TimeProvider.System).ToString();
    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);

    // What a route needs to be asked in a way that only a missing right refuses.
    private static readonly Dictionary<string, object> _bodies = new(StringComparer.Ordinal)
    {
        ["POST /api/v1/conversations/{id}/messages"] = new { id = _message, text = "hello" },
        ["PATCH /api/v1/conversations/{id}"] = new { title = "mine" },
        ["PATCH /api/v1/nodes/{id}"] = new { name = "mine" },
        ["PUT /api/v1/nodes/{id}/permissions"] = new { ask = new[] { "bob" } },
        ["POST /api/v1/approvals/{id}"] = new { decision = "allow" },
        ["PATCH /api/v1/users/{id}"] = new { role = "owner" },
    };

    public static async Task<Belongings> MakeAsync(HttpClient ada, Database database, CancellationToken cancel)
    {
        var made = new Belongings();
        async Task<JsonElement> Post(string route, object body)
        {
            using var answer = await ada.PostAsJsonAsync("/api/v1/" + route, body, cancel);
            answer.EnsureSuccessStatusCode();
            return await answer.Content.ReadFromJsonAsync<JsonElement>(cancel);
        }

        var conversation = made._values["conversations"] = (await Post("conversations", new { title = "ada's" })).GetProperty("id").GetString()!;
        made._values["jobs"] = (await Post("jobs", new { spec = "name: job\ntasks:\n  - id: a\n    command: [\"true\"]\n" })).GetProperty("id").GetString()!;
        made._values["tasks"] = TaskIds.Of(Id<Job>.Parse(made._values["jobs"]), 0).ToString();
        made._values["keys"] = (await Post("keys", new { name = "ada's" })).GetProperty("key").GetProperty("id").GetString()!;
        made._values["invites"] = (await Post("invites", new { })).GetProperty("invite").GetProperty("id").GetString()!;
        made._values["users"] = "ada";
        made._values["nodes"] = "nas";
        made._values["sessions"] = (await ada.GetFromJsonAsync<JsonElement>("/api/v1/me/sessions", cancel)).GetProperty("items")[0].GetProperty("id").GetString()!;
        made._values["copies"] = (await Post("copies", new { from = new { node = "nas", path = "a.txt" } })).GetProperty("id").GetString()!;
        made._values["schedules"] = (await Post("schedules", new { text = "tea", when = "in 5 hours" })).GetProperty("id").GetString()!;
        var approval = made._values["approvals"] = Id<Approval>.New(TimeProvider.System).ToString();
        made._values["sha256"] = new string('a', 64);
        var note = made._values["notes"] = new string('b', 26);
        await database.WriteAsync(
            tx =>
            {
                tx.Execute("insert into notes (id, user_id, text, at) values (@note, (select id from users where username = 'ada'), 'mine', 0)", new { note });
                tx.Execute(
                    """
                    insert into approvals (id, conversation_id, run_id, node_id, node, tool, arguments, folder, reason, state, expires_at)
                    values (@approval, @conversation, 'run', 'node', 'nas', 'shell', '{}', '/', 'why', 'waiting', 9000000000000)
                    """,
                    new { approval, conversation });
                var sha256 = Convert.FromHexString(made._values["sha256"]);
                tx.Execute("insert into artifacts (sha256, size, file, at) values (@sha256, 1, 'none', 0)", new { sha256 });
                tx.Execute(
                    "insert into artifact_refs (sha256, holder, at) values (@sha256, @holder, 0)",
                    new { sha256, holder = "user:" + tx.Scalar<string>("select id from users where username = 'ada'") });
            },
            cancel);
        using var upload = new HttpRequestMessage(HttpMethod.Post, "/api/v1/artifacts");
        upload.Headers.Add("Upload-Complete", "?0");
        upload.Headers.Add("Upload-Length", "10");
        using var begun = await ada.SendAsync(upload, cancel);
        begun.EnsureSuccessStatusCode();
        made._values["uploads"] = begun.Headers.Location!.ToString().Split('/')[^1];
        return made;
    }

    /// <summary>Asks for what is the owner's, where the route names a thing.</summary>
    public HttpRequestMessage Request(HubRoute route)
    {
        var parts = route.Pattern.Split('/');
        for (var i = 0; i < parts.Length; i++)
        {
            parts[i] = parts[i] switch
            {
                "{id}" => _values[parts[i - 1]],
                "{sha256}" => _values["sha256"],
                var part when part.StartsWith('{') => "1",
                var part => part,
            };
        }

        var request = new HttpRequestMessage(new HttpMethod(route.Method), string.Join('/', parts));
        if (route.Key == "PATCH /api/v1/artifacts/uploads/{id}")
        {
            request.Content = new ByteArrayContent([1]) { Headers = { ContentType = new("application/partial-upload") } };
            request.Headers.Add("Upload-Offset", "0");
            request.Headers.Add("Upload-Complete", "?0");
        }
        else if (route.Method is "POST" or "PUT" or "PATCH")
        {
            request.Content = JsonContent.Create(_bodies.GetValueOrDefault(route.Key, new { }));
        }

        return request;
    }

    /// <summary>All that a refused request could have changed, as text.</summary>
    public static Task<string> StateAsync(Database database, CancellationToken cancel) => database.ReadAsync(
        tx => string.Join('\n', new[]
        {
            "select id || username || role || coalesce(password_hash, '') || language || coalesce(disabled_at, 0) from users",
            "select id || name || scopes || coalesce(revoked_at, 0) from api_keys",
            "select id || coalesce(used_by, '') from invites",
            "select id || expires_at from sign_ins",
            "select hash from sessions",
            "select hash from refresh_tokens",
            "select hash from password_resets",
            "select id || name from nodes",
            "select node || \"user\" from node_users",
            "select node || \"user\" || verb from node_rights",
            "select cast(count(*) as text) from enrolments",
            "select id || title || epoch from conversations",
            "select id || text from messages",
            "select id || state from approvals",
            "select id || text from notes",
            "select id || state || live || version from jobs",
            "select cast(number as text) from ledger_transfers",
            "select key from ledger_holds",
            "select holder from artifact_refs",
            "select id from artifact_uploads",
            "select cast(number as text) from audit",
            "select id || state || coalesce(next_at, 0) from schedules",
            "select scope || coalesce(max, -1) from spending_limits",
            "select key from idempotency",
        }.Select(query => query + ": " + string.Join(',', tx.Query<string>(query).Order(StringComparer.Ordinal)))),
        cancel);
}
