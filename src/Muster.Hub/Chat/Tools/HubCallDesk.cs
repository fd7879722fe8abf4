using System.Text.Json;
using Muster.Hub.Api;
using Muster.Hub.Background;
using Muster.Hub.Chat.Runs;
using Muster.Hub.Fleet;
using Muster.Hub.Jobs.Nodes;
using Muster.Hub.Jobs.Store;
using Muster.Hub.Ledger;
using Muster.Hub.Spending.Tasks;
using Muster.Protocol.Ids;
using Muster.Protocol.Link;
using Muster.Protocol.Wire;
using Muster.Storage;

namespace Muster.Hub.Chat.Tools;

/// <summary>Answers what the tools of a run ask of the hub, each by the area that its method names.</summary>
internal sealed class HubCallDesk(NodeDirectory nodes, IEnumerable<IRunCalls> areas, IEnumerable<IRunWork> works, TaskSpending tasks, Database database, BackgroundWork background, TimeProvider time)
{
    /// <summary>What a run said while its hub was away comes after its end.</summary>
    private static readonly TimeSpan _late = TimeSpan.FromMinutes(10);
    private readonly Dictionary<string, IRunCalls> _areas = areas.ToDictionary(area => area.Area, StringComparer.Ordinal);
    private readonly Dictionary<string, IRunWork> _works = works.ToDictionary(work => work.Area, StringComparer.Ordinal);

    public void Register() => nodes.Handle(Frame.BodyOneofCase.HubCall, (tx, node, frame) => Answer(tx, node, frame.HubCall));

    private void Answer(Transaction tx, NodeSnapshot node, HubCall call)
    {
        var reply = new HubReply { CallId = call.CallId };
        try
        {
            if (call.Ref is not null)
            {
                if (OfTask(tx, node, call) is not { } told)
                {
                    return;
                }

                reply.Json = told;
            }
            else if (Work(tx, node, call) is { } work)
            {
                tx.OnCommitted(() => background.Start(stopping => AnswerAsync(cancel => work.Of.AnswerAsync(work.Asked, cancel), node, call, stopping)));
                return;
            }
            else
            {
                reply.Json = Result(tx, node, call);
            }
        }
        catch (Exception error) when (error is JsonException or ApiException or InvalidOperationException)
        {
            reply.Error = Sentence(error);
        }

        nodes.Enqueue(tx, node.Id, Lane.Control, new Frame { HubReply = reply });
    }

    /// <summary>Null: it is answered behind this transaction.</summary>
    private string? OfTask(Transaction tx, NodeSnapshot node, HubCall call)
    {
        using var json = JsonDocument.Parse(call.Json.Length == 0 ? "{}" : call.Json);
        var (asked, attempt) = (json.RootElement.Clone(), PoolFrames.Name(call.Ref));
        if (call.Method == "attempt.goes_on")
        {
            return OpenAttempts.GoesOn(tx, node.Id, attempt) ? "{}" : throw ApiException.Conflict("This task was given up on this machine: nothing more is done.");
        }

        if (tasks.Settle(tx, node, attempt, call.Method, asked) is { } told)
        {
            return told;
        }

        tx.OnCommitted(() => background.Start(stopping => AnswerAsync(cancel => tasks.AnswerAsync(node, attempt, call.Method, asked, cancel), node, call, stopping)));
        return null;
    }

    private async Task AnswerAsync(Func<CancellationToken, Task<string?>> answer, NodeSnapshot node, HubCall call, CancellationToken stopping)
    {
        var reply = new HubReply { CallId = call.CallId };
        try
        {
            reply.Json = await answer(stopping) ?? throw Unknown(call.Method);
        }
        catch (Exception error) when (error is JsonException or ApiException or LedgerException or StorageException or InvalidOperationException)
        {
            reply.Error = Sentence(error);
        }

        // The agent waits for it; told twice, it takes the first.
        await background.UntilStoredAsync(cancel => database.WriteAsync(tx => nodes.Enqueue(tx, node.Id, Lane.Control, new Frame { HubReply = reply }), cancel), stopping);
    }

    private static string Sentence(Exception error) => error is ApiException or LedgerException or StorageException ? error.Message : "The arguments cannot be read.";

    private static ApiException Unknown(string method) => ApiException.Forbidden($"The hub has no {method}: update the hub.");

    /// <summary>Null for what is answered in this transaction.</summary>
    private (IRunWork Of, RunAsked Asked)? Work(Transaction tx, NodeSnapshot node, HubCall call)
    {
        if (AreaOf(call.Method) is not { } area || !_works.TryGetValue(area, out var work))
        {
            return null;
        }

        var (run, user) = Known(tx, node, call);
        using var arguments = JsonDocument.Parse(call.Json.Length == 0 ? "{}" : call.Json);
        var mayRun = MessageStore.Find(tx, run.MessageId) is { MayRun: not 0 };
        return (work, new RunAsked(run, node, user, mayRun, call.Method[(area.Length + 1)..], arguments.RootElement.Clone()));
    }

    private static string? AreaOf(string method) => method.IndexOf('.', StringComparison.Ordinal) is > 0 and var point ? method[..point] : null;

    private string Result(Transaction tx, NodeSnapshot node, HubCall call)
    {
        var (run, user) = Known(tx, node, call);
        return Answer(tx, run, node, user, call.CallId, call.Method, call.Json);
    }

    /// <summary>A run is no lasting credential: its machine speaks for its user while it goes on, or its calls do, and that user may ask there.</summary>
    private (RunRow Run, string User) Known(Transaction tx, NodeSnapshot node, HubCall call)
    {
        if (RunStore.Find(tx, call.RunId) is not { } run || run.NodeId != node.Id.ToString() || ConversationStore.Find(tx, run.ConversationId) is not { } conversation)
        {
            throw ApiException.Forbidden("This run is not known to the hub.");
        }

        if (!Id<User>.TryParse(conversation.UserId, out var user) || !node.Users.Contains(user))
        {
            throw ApiException.Forbidden($"The user of this run may not ask on {node.Name} any more.");
        }

        return RunStore.EndedAt(tx, run.Id) is { } ended && time.GetUtcNow() - ended > _late && !BackgroundRuns.GoesOn(tx, run.Id)
            ? throw ApiException.Forbidden("This run is over.")
            : (run, conversation.UserId);
    }

    /// <summary>What a run of the hub itself asks.</summary>
    /// <exception cref="ApiException">It is refused, or not known; the sentence is for the model and the person.</exception>
    public async Task<string> AnswerAsync(RunRow run, NodeSnapshot node, string user, string call, string method, string json, CancellationToken cancel)
    {
        if (AreaOf(method) is not { } area || !_works.TryGetValue(area, out var work))
        {
            return await database.WriteAsync(tx => Answer(tx, run, node, user, call, method, json), cancel);
        }

        using var arguments = JsonDocument.Parse(json.Length == 0 ? "{}" : json);
        var mayRun = await database.ReadAsync(tx => MessageStore.Find(tx, run.MessageId) is { MayRun: not 0 }, cancel);
        return await work.AnswerAsync(new RunAsked(run, node, user, mayRun, method[(area.Length + 1)..], arguments.RootElement.Clone()), cancel) ?? throw Unknown(method);
    }

    private string Answer(Transaction tx, RunRow run, NodeSnapshot node, string user, string call, string method, string json)
    {
        using var arguments = JsonDocument.Parse(json.Length == 0 ? "{}" : json);
        var answer = AreaOf(method) is { } name && _areas.TryGetValue(name, out var area)
            ? area.Answer(new RunCall(tx, run, node, user, call, method[(name.Length + 1)..], arguments.RootElement))
            : null;
        return answer ?? throw Unknown(method);
    }
}
