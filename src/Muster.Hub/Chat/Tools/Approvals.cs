using System.Text.Json;
using Muster.Hub.Accounts.Claiming;
using Muster.Hub.Api;
using Muster.Hub.Chat.Assistant;
using Muster.Hub.Chat.Runs;
using Muster.Hub.Chat.Threads;
using Muster.Hub.Fleet;
using Muster.Protocol.Ids;
using Muster.Protocol.Link;
using Muster.Protocol.Wire;
using Muster.Storage;

namespace Muster.Hub.Chat.Tools;

public sealed record ApprovalModel(
    string Id, string ConversationId, string RunId, string Node, string Tool, JsonElement Arguments, string Folder, string Reason, string State,
    string? AnsweredBy, DateTimeOffset ExpiresAt)
{
    /// <summary>What a file would become, as a unified diff; empty for other calls.</summary>
    public string Preview { get; init; } = "";

    /// <summary>SHA-256 of all that is decided about; an answer that names it is to nothing else.</summary>
    public string Digest { get; init; } = "";
}

/// <param name="Digest">Of what the person saw; null where only the newest can be meant.</param>
/// <param name="Remember">The same call is not asked about again in this conversation.</param>
internal sealed record Decision(bool Allow, string? Digest = null, bool Remember = false);

/// <summary>Tool calls that wait for a person's yes.</summary>
internal sealed class Approvals(
    Database database, NodeDirectory nodes, ClaimState claim, ThreadStore threads, ApprovalAskers askers, BackgroundWork background, TimeProvider time)
{
    private const string NobodyHere =
        "This call needs a person's yes, and nobody can give it yet: this hub's owner has no password. Set one on the page whose link \"muster owner link\" prints";

    private const string NobodyThere = NobodyHere + ", or allow such calls with a rule under tools.policy in muster.yaml.";

    private const string Columns =
        """
        select id Id, conversation_id ConversationId, run_id RunId, node_id NodeId, node Node, tool Tool, arguments Arguments, folder Folder, reason Reason,
            state State, answered_by AnsweredBy, expires_at ExpiresAt, preview Preview, digest Digest, remember Remember, attempt Attempt from approvals
        """;

    public void Register()
    {
        nodes.Handle(Frame.BodyOneofCase.ApprovalRequest, (tx, node, frame) => Ask(tx, node, frame.ApprovalRequest));
        nodes.Handle(Frame.BodyOneofCase.ApprovalWithdrawn, (tx, node, frame) =>
            End(tx, "withdrawn", "id = @id and node_id = @node and state = 'waiting'", new { id = frame.ApprovalWithdrawn.ApprovalId, node = node.Id.ToString() }));
    }

    /// <summary>Sees to the expiry of what was waiting when the hub went down.</summary>
    public void Load(Transaction tx)
    {
        foreach (var (id, at) in tx.Query<(string, long)>("select id, expires_at from approvals where state = 'waiting'"))
        {
            ExpireAt(id, at);
        }
    }

    public static IReadOnlyList<ApprovalModel> Waiting(Transaction tx, string user, DateTimeOffset now) =>
    [
        .. tx.Query<Row>(
                Columns + " where state = 'waiting' and expires_at > @now and conversation_id in (select id from conversations where user_id = @user) order by id",
                new { user, now = now.ToUnixTimeMilliseconds() })
            .Select(row => row.Model()),
    ];

    /// <summary>Those that wait in one conversation.</summary>
    public static IReadOnlyList<ApprovalModel> In(Transaction tx, string conversation) =>
        [.. tx.Query<Row>(Columns + " where state = 'waiting' and conversation_id = @conversation order by id", new { conversation }).Select(row => row.Model())];

    /// <exception cref="ApiException">Somebody was first, or it expired.</exception>
    public ApprovalModel Answer(Transaction tx, string id, Decision decision, string by)
    {
        if (decision.Digest is { Length: > 0 } seen && Find(tx, id).Digest != seen)
        {
            throw new ApiException(409, "changed", "What would be done has changed since this was shown: look at it again.");
        }

        if (decision.Allow && Find(tx, id) is { Attempt.Length: > 0 } ofStep && !MayRun(tx, ofStep))
        {
            throw new ApiException(409, "may_not_run", $"You may run nothing on {ofStep.Node} any more, so its agent does not do this either. Refuse it, or ask the machine's owner.");
        }

        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        var state = decision.Allow ? "allowed" : "denied";
        if (tx.Execute("update approvals set state = @state, answered_by = @by, remember = @remember where id = @id and state = 'waiting' and expires_at > @now",
            new { id, state, by, now, remember = decision is { Allow: true, Remember: true } ? 1 : 0 }) == 0)
        {
            throw new ApiException(409, "answered", "Somebody has already answered this, or it expired.");
        }

        var row = Find(tx, id);
        Send(tx, row);
        askers.GoesOn(tx, row.NodeId, row.Attempt);
        return Say(tx, threads, row);
    }

    /// <summary>What wanted it is over.</summary>
    public static void Withdraw(Transaction tx, ThreadStore threads, string where, object parameters)
    {
        foreach (var row in Ended(tx, "withdrawn", where, parameters))
        {
            Say(tx, threads, row);
        }
    }

    private void End(Transaction tx, string state, string where, object parameters)
    {
        foreach (var row in Ended(tx, state, where, parameters))
        {
            askers.GoesOn(tx, row.NodeId, row.Attempt);
            Say(tx, threads, row);
        }
    }

    private static IReadOnlyList<Row> Ended(Transaction tx, string state, string where, object parameters) =>
        [.. tx.Query<string>($"update approvals set state = '{state}' where {where} returning id", parameters).Select(id => Find(tx, id))];

    /// <summary>Whose plan it is may still run tasks there.</summary>
    private bool MayRun(Transaction tx, Row row) => nodes.Find(Id<Node>.Parse(row.NodeId)) is { } node && ConversationStore.Find(tx, row.ConversationId) is { } conversation && node.MayRun(Id<User>.Parse(conversation.UserId));

    private void Ask(Transaction tx, NodeSnapshot node, ApprovalRequest request)
    {
        if (!Id<Approval>.TryParse(request.ApprovalId, out var id) || !IsObject(request.ArgumentsJson) || askers.Of(tx, node, request) is not { } asker)
        {
            return; // of what was stopped, or malformed: unanswered, the node's own patience denies it
        }

        if (!claim.Claimed)
        {
            nodes.Enqueue(tx, node.Id, Lane.Control, new Frame { ApprovalAnswer = new ApprovalAnswer { ApprovalId = request.ApprovalId, Reason = NobodyThere } });
            return;
        }

        Put(tx, node, asker, id, request);
    }

    /// <summary>Of a run of the hub itself, which looks for the answer in the database.</summary>
    /// <returns>Why nobody can be asked; null: somebody is.</returns>
    public string? AskHere(Transaction tx, RunRow run, ApprovalRequest request)
    {
        if (!claim.Claimed)
        {
            return NobodyHere + ".";
        }

        Put(tx, HubMachine.Snapshot, new ApprovalAsker(run), Id<Approval>.Parse(request.ApprovalId), request);
        return null;
    }

    /// <summary>What became of it, and who said so.</summary>
    public static (string State, string? By) StateOf(Transaction tx, string id) => Find(tx, id) is var row ? (row.State, row.AnsweredBy) : default;

    /// <summary>A person said yes to just such a call of the hub's own before, for all of the conversation.</summary>
    public static bool IsRemembered(Transaction tx, string conversation, string tool, string arguments) => tx.Scalar<long>(
        "select count(*) from approvals where conversation_id = @conversation and node_id = @hub and tool = @tool and arguments = @arguments and state = 'allowed' and remember = 1",
        new { conversation, tool, arguments, hub = HubMachine.Snapshot.Id.ToString() }) > 0;

    private void Put(Transaction tx, NodeSnapshot node, ApprovalAsker asker, Id<Approval> id, ApprovalRequest request)
    {
        var (run, attempt) = (asker.Run, asker.AttemptText);
        // Asked again after the node's restart: an answer that was given counts, one that is missing gets its time anew.
        var changed = tx.Execute(
            """
            insert into approvals (id, conversation_id, run_id, node_id, node, tool, arguments, folder, reason, state, expires_at, preview, digest, attempt)
            values (@id, @ConversationId, @RunId, @NodeId, @Name, @Tool, @ArgumentsJson, @Folder, @Reason, 'waiting', @expires, @Preview, @Digest, @attempt)
            on conflict (id) do update set state = 'waiting', expires_at = excluded.expires_at, tool = excluded.tool, arguments = excluded.arguments, folder = excluded.folder,
                preview = excluded.preview, digest = excluded.digest
            where approvals.run_id = excluded.run_id and approvals.attempt = excluded.attempt and (approvals.state in ('waiting', 'expired', 'withdrawn') or approvals.digest <> excluded.digest)
            """,
            new
            {
                id = id.ToString(), run.ConversationId, RunId = run.Id, NodeId = node.Id.ToString(), node.Name, request.Tool, request.ArgumentsJson, request.Folder, request.Preview, request.Digest, attempt,
                Reason = asker.Reason(request, node.Name),
                expires = time.GetUtcNow().AddSeconds(Math.Clamp(request.ExpiresSeconds, 1, 86_400)).ToUnixTimeMilliseconds(),
            });
        var row = Find(tx, id.ToString());
        if (changed == 0)
        {
            Send(tx, row);
        }
        else
        {
            Say(tx, threads, row);
            askers.Waits(tx, node, asker, request.Tool);
            tx.OnCommitted(() => ExpireAt(row.Id, row.ExpiresAt));
        }
    }

    /// <summary>It is announced when it happens; an answer that comes first leaves nothing to announce.</summary>
    private void ExpireAt(string id, long at) => background.StartStored(async cancel =>
    {
        var wait = DateTimeOffset.FromUnixTimeMilliseconds(at) - time.GetUtcNow();
        if (wait > TimeSpan.Zero)
        {
            await Task.Delay(wait, time, cancel);
        }

        await database.WriteAsync(tx => End(tx, "expired", "id = @id and expires_at = @at and state = 'waiting'", new { id, at }), cancel);
    });

    private void Send(Transaction tx, Row row)
    {
        if (row.NodeId == HubMachine.Snapshot.Id.ToString())
        {
            return; // the hub's own run finds it
        }

        nodes.Enqueue(
            tx, Id<Node>.Parse(row.NodeId), Lane.Control,
            new Frame { ApprovalAnswer = new ApprovalAnswer { ApprovalId = row.Id, Allow = row.State == "allowed", By = row.AnsweredBy ?? "", Digest = row.Digest, Remember = row.Remember != 0 } });
    }

    private static bool IsObject(string json)
    {
        try
        {
            using var parsed = JsonDocument.Parse(json);
            return parsed.RootElement.ValueKind == JsonValueKind.Object;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static ApprovalModel Say(Transaction tx, ThreadStore threads, Row row)
    {
        var model = row.Model();
        threads.AppendForAll(tx, row.ConversationId, "approval", JsonSerializer.Serialize(model, HubJson.Default.ApprovalModel), row.Node, row.RunId);
        return model;
    }

    private static Row Find(Transaction tx, string id) => tx.QueryFirst<Row>(Columns + " where id = @id", new { id })!;

    private sealed record Row
    {
        public required string Id { get; init; }
        public required string ConversationId { get; init; }
        public required string RunId { get; init; }
        public required string NodeId { get; init; }
        public required string Node { get; init; }
        public required string Tool { get; init; }
        public required string Arguments { get; init; }
        public required string Folder { get; init; }
        public required string Reason { get; init; }
        public required string State { get; init; }
        public string? AnsweredBy { get; init; }
        public long ExpiresAt { get; init; }
        public required string Preview { get; init; }
        public required string Digest { get; init; }
        public long Remember { get; init; }
        public required string Attempt { get; init; }

        public ApprovalModel Model()
        {
            using var arguments = JsonDocument.Parse(Arguments);
            return new ApprovalModel(
                Id, ConversationId, RunId, Node, Tool, arguments.RootElement.Clone(), Folder, Reason, State, AnsweredBy,
                DateTimeOffset.FromUnixTimeMilliseconds(ExpiresAt)) { Preview = Preview, Digest = Digest };
        }
    }
}
