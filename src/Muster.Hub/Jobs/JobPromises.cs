using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Muster.Hub.Accounts;
using Muster.Hub.Api;
using Muster.Hub.Artifacts;
using Muster.Hub.Jobs.Pool;
using Muster.Protocol.Ids;
using Muster.Storage;

namespace Muster.Hub.Jobs;

/// <summary>
/// What a job is promised before the pool knows of it: its id and its credits, remembered by the request's idempotency key. Jobs that
/// come at the same time are promised in one work of the database.
/// </summary>
internal sealed class JobPromises
{
    private const int MostAtOnce = 200;
    private readonly Database _database;
    private readonly Idempotency _once;
    private readonly JobHolds _holds;
    private readonly TimeProvider _time;
    private readonly Gathering<Order, Outcome> _gathering;

    public JobPromises(Database database, Idempotency once, JobHolds holds, TimeProvider time)
    {
        (_database, _once, _holds, _time) = (database, once, holds, time);
        _gathering = new Gathering<Order, Outcome>(database, MostAtOnce, Promise);
    }

    /// <param name="body">What tells this request from another of the same idempotency key.</param>
    /// <exception cref="ApiException">It may not be: inputs that are not the caller's, a key that may not spend so much.</exception>
    /// <exception cref="Ledger.LedgerException">Too little is free.</exception>
    public async Task<JobPromise> PromiseAsync(HttpContext context, string body, JobPlan plan, long micro)
    {
        var outcome = await _gathering.AskAsync(new Order(Id<Job>.New(_time), context.Caller(), Idempotency.KeyOf(context, body), plan, micro));
        return outcome.Promise ?? throw outcome.Refusal!;
    }

    /// <summary>Credits for a further try of a job.</summary>
    public Task AgainAsync(HttpContext context, string body, string job, string holdKey, Id<User> payer, long micro) => _once.OnceAsync(context, body, HubJson.Default.JobAccepted, tx =>
    {
        _holds.Place(tx, context.Caller(), holdKey, payer, micro);
        return new JobAccepted(job, micro);
    });

    /// <summary>More credits for a job.</summary>
    public Task MoreAsync(HttpContext context, string body, string job, string holdKey, long micro) => _once.OnceAsync(context, body, HubJson.Default.JobAccepted, tx =>
    {
        _holds.Extend(tx, context.Caller(), holdKey, micro);
        return new JobAccepted(job, micro);
    });

    private List<Outcome> Promise(Transaction tx, IReadOnlyList<Order> orders)
    {
        var holds = _holds.Begin(tx, [.. orders.Where(order => order.Micro > 0).Select(order => (order.Id.ToString(), order.Caller.User))]);
        var promised = new Dictionary<(string, string), (OnceKey Key, JobAccepted Answer)>();
        var outcomes = orders.Select(order => Outcome.Of(() => Promise(tx, order, holds, promised))).ToList();
        holds?.Save();
        _once.Keep(tx, [.. promised.Values.Select(item => (item.Key, JsonSerializer.Serialize(item.Answer, HubJson.Default.JobAccepted)))]);
        return outcomes;
    }

    private JobPromise Promise(Transaction tx, Order order, PendingHolds? holds, Dictionary<(string, string), (OnceKey Key, JobAccepted Answer)> promised)
    {
        if (order.Key is { } key)
        {
            if (promised.TryGetValue((key.User, key.Key), out var same))
            {
                return same.Key == key ? new JobPromise(same.Answer, IsNew: false) : throw Idempotency.Conflict();
            }

            if (Idempotency.Find(tx, key) is { } known)
            {
                return new JobPromise(JsonSerializer.Deserialize(known, HubJson.Default.JobAccepted)!, IsNew: false);
            }
        }

        CheckInputs(tx, order.Caller, order.Plan);
        if (order.Micro > 0)
        {
            holds!.Place(order.Caller, order.Id.ToString(), order.Caller.User, order.Micro);
        }

        var answer = new JobAccepted(order.Id.ToString(), order.Micro);
        if (order.Key is { } own)
        {
            promised.Add((own.User, own.Key), (own, answer));
        }

        return new JobPromise(answer, IsNew: true);
    }

    private void CheckInputs(Transaction tx, SignedIn caller, JobPlan plan)
    {
        var inputs = PoolFiles.InputsOf(plan);
        if (inputs.Count == 0)
        {
            return;
        }

        var readable = ArtifactRows.ReadableOf(tx, caller.User, inputs, _time.GetUtcNow().ToUnixTimeMilliseconds());
        if (inputs.FirstOrDefault(hash => !readable.Contains(hash)) is var missing && readable.Count < inputs.Count)
        {
            throw ApiException.Invalid("inputs", $"There is no artifact sha256:{missing} that you may read.", "Upload the file, and use the hash that the upload gives.");
        }
    }

    private sealed record Order(Id<Job> Id, SignedIn Caller, OnceKey? Key, JobPlan Plan, long Micro);

    /// <summary>One of both.</summary>
    private sealed record Outcome(JobPromise? Promise, Exception? Refusal)
    {
        public static Outcome Of(Func<JobPromise> promise)
        {
            try
            {
                return new Outcome(promise(), null);
            }
            catch (Exception refusal) when (refusal is ApiException or Ledger.LedgerException)
            {
                return new Outcome(null, refusal);
            }
        }
    }
}

/// <param name="IsNew">It was not promised before under the same idempotency key.</param>
internal sealed record JobPromise(JobAccepted Accepted, bool IsNew);

/// <summary>What was promised for an idempotency key.</summary>
internal sealed record JobAccepted(string Id, long HoldMicro);
