using System.Text.Json;
using Muster.Hub.Api;
using Muster.Hub.Fleet;
using Muster.Hub.Jobs;
using Muster.Hub.Jobs.Pool;
using Muster.Hub.Jobs.Store;
using Muster.Protocol.Ids;
using Muster.Storage;

namespace Muster.Hub.Spending.Tasks;

/// <summary>
/// What a machine asks before and tells after calls of models by agents of tasks: the same as of runs. While an agent waits for a person, the pool
/// counts its task as paused.
/// </summary>
internal sealed class TaskSpending(Database database, PoolLoop pool, SpendingDesk desk, SpendingSignal signal)
{
    private const string SettleVerb = "spending.settle";

    /// <summary>In the transaction in which it comes, so that it is before the next question.</summary>
    /// <returns>Null for what <see cref="AnswerAsync"/> answers.</returns>
    /// <exception cref="JsonException">The arguments cannot be read.</exception>
    public string? Settle(Transaction tx, NodeSnapshot node, AttemptName attempt, string method, JsonElement asked)
    {
        if (method != SettleVerb)
        {
            return null;
        }

        if (OpenAttempts.JobOf(tx, node.Id, attempt) is { } job)
        {
            desk.Settle(tx, SpenderOf(job, attempt), SpendingCalls.CallOf(asked), SpendingCalls.Micro(asked));
        }

        return "{}";
    }

    /// <exception cref="ApiException">It is refused; the sentence is for the person.</exception>
    /// <exception cref="JsonException">The arguments cannot be read.</exception>
    public async Task<string?> AnswerAsync(NodeSnapshot node, AttemptName attempt, string method, JsonElement asked, CancellationToken cancel)
    {
        switch (method)
        {
            case "spending.reserve":
                return await ReserveAsync(node, attempt, asked, cancel);
            case "spending_wait.change":
                await SpendingPatience.WaitAsync(signal, asked, cancel);
                return "{}";
            default:
                return null;
        }
    }

    /// <summary>In the transaction of the pool's turn: an attempt that is over spends and waits no more, nor does anything of a job that is.</summary>
    public static void Over(Transaction tx, SpendingDesk desk, PoolEffects effects)
    {
        var asking = effects.Jobs.Where(job => job.AsksForModels).ToDictionary(job => job.Number);
        if (asking.Count == 0)
        {
            return;
        }

        foreach (var end in effects.Ends)
        {
            if (asking.GetValueOrDefault(end.Name.Job) is { } job)
            {
                desk.Ended(tx, SpenderOf(job.Id.ToString(), end.Name));
            }
        }

        foreach (var spender in effects.Settled.Where(job => job.AsksForModels).SelectMany(job => SpendingCallStore.SpendersOf(tx, job.Id + "/")))
        {
            desk.Ended(tx, spender);
        }
    }

    private async Task<string> ReserveAsync(NodeSnapshot node, AttemptName attempt, JsonElement asked, CancellationToken cancel)
    {
        var version = signal.Version;
        var (call, model, micro) = (SpendingCalls.CallOf(asked), SpendingCalls.ModelOf(asked), SpendingCalls.Micro(asked));
        var facts = await pool.AskAsync((state, _) => TaskFacts.Of(state, node, attempt), cancel) ?? throw Over();
        var answer = await database.WriteAsync(
            tx => OpenAttempts.JobOf(tx, node.Id, attempt) is null ? throw Over()
                : desk.Reserve(tx, new SpendingAsk(facts.By, facts.User, call, model, micro, node.Owner, node.Owner == facts.User)),
            cancel);
        var waits = answer as SpendingAnswer.Wait;
        if (waits is not null || facts.IsPaused)
        {
            pool.Hear(new AttemptWaits(node.Id, attempt, waits?.Sentence));
        }

        if (answer is SpendingAnswer.Refused)
        {
            pool.Hear(new AttemptRefused(node.Id, attempt));
        }

        return SpendingCalls.Json(answer, version);
    }

    private static ApiException Over() => ApiException.Conflict("This task is over: it spends nothing more.");

    public static string SpenderOf(string job, AttemptName attempt) => $"{job}/{attempt.Task}/{attempt.Attempt}";
}
