using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Muster.Hub.Accounts;
using Muster.Hub.Api;
using Muster.Hub.Artifacts;
using Muster.Hub.Jobs.Pool;
using Muster.Hub.Ledger;
using Muster.Protocol.Ids;
using Muster.Storage;

namespace Muster.Hub.Jobs;

/// <summary>What a job is promised when it is taken in: its id and its credits, remembered by the request's idempotency key.</summary>
internal sealed class JobPromises(Idempotency once, JobHolds holds, TimeProvider time)
{
    /// <summary>
    /// Judges each order by itself and says so in it; in the transaction in which the pool takes those that are new. What they share is read and written once.
    /// </summary>
    public void Promise(Transaction tx, IReadOnlyList<JobOrder> orders)
    {
        var pending = holds.Begin(tx, [.. orders.Where(order => order.Job.HoldMicro > 0).Select(order => (order.Job.Id.ToString(), order.Caller.User))]);
        var promised = new Dictionary<(string, string), JobOrder>();
        foreach (var order in orders)
        {
            try
            {
                Promise(tx, order, pending, promised);
            }
            catch (Exception refusal) when (refusal is ApiException or LedgerException)
            {
                order.Refuse(refusal);
            }
        }

        pending?.Save();
        once.Keep(tx, [.. promised.Values.Select(order => (order.Key!, JsonSerializer.Serialize(order.Accepted!, HubJson.Default.JobAccepted)))]);
    }

    /// <summary>Credits for a further try of a job.</summary>
    public Task AgainAsync(HttpContext context, string body, string job, string holdKey, Id<User> payer, long micro) => once.OnceAsync(context, body, HubJson.Default.JobAccepted, tx =>
    {
        holds.Place(tx, context.Caller(), holdKey, payer, micro);
        return new JobAccepted(job, micro);
    });

    /// <summary>More credits for jobs, each order judged by itself; in the transaction in which the pool counts them.</summary>
    public void Promise(Transaction tx, IEnumerable<MoreOrder> orders)
    {
        foreach (var order in orders)
        {
            try
            {
                if (order.Key is { } known && Idempotency.Find(tx, known) is not null)
                {
                    order.Repeat();
                    continue;
                }

                holds.Extend(tx, order.Caller, order.HoldKey, order.Micro);
                once.Keep(tx, order.Key is { } key ? [(key, JsonSerializer.Serialize(new JobAccepted(order.Job.ToString(), order.Micro), HubJson.Default.JobAccepted))] : []);
                order.Accept();
            }
            catch (Exception refusal) when (refusal is ApiException or LedgerException)
            {
                order.Refuse(refusal);
            }
        }
    }

    private void Promise(Transaction tx, JobOrder order, PendingHolds? pending, Dictionary<(string, string), JobOrder> promised)
    {
        if (order.Key is { } key)
        {
            if (promised.TryGetValue((key.User, key.Key), out var same))
            {
                order.Repeat(same.Key == key ? same.Accepted! : throw Idempotency.Conflict());
                return;
            }

            if (Idempotency.Find(tx, key) is { } known)
            {
                order.Repeat(JsonSerializer.Deserialize(known, HubJson.Default.JobAccepted)!);
                return;
            }
        }

        CheckInputs(tx, order.Caller, order.Job.Plan);
        if (order.Job.HoldMicro > 0)
        {
            pending!.Place(order.Caller, order.Job.Id.ToString(), order.Caller.User, order.Job.HoldMicro);
        }

        order.Accept();
        if (order.Key is { } own)
        {
            promised.Add((own.User, own.Key), order);
        }
    }

    private void CheckInputs(Transaction tx, SignedIn caller, JobPlan plan)
    {
        var inputs = PoolFiles.InputsOf(plan);
        if (inputs.Count == 0)
        {
            return;
        }

        var readable = ArtifactRows.ReadableOf(tx, caller.User, inputs, time.GetUtcNow().ToUnixTimeMilliseconds());
        if (inputs.FirstOrDefault(hash => !readable.Contains(hash)) is var missing && readable.Count < inputs.Count)
        {
            throw ApiException.Invalid("inputs", $"There is no artifact sha256:{missing} that you may read.", "Upload the file, and use the hash that the upload gives.");
        }
    }
}

/// <summary>A job that somebody wants taken in, and what became of that. Whoever carries it out may do so anew, and then the last time counts.</summary>
/// <param name="key">Of the request; null where its sender gave none.</param>
internal sealed class JobOrder(JobSubmission job, SignedIn caller, OnceKey? key)
{
    public JobSubmission Job => job;

    public SignedIn Caller => caller;

    public OnceKey? Key => key;

    /// <summary>What was promised, now or before.</summary>
    public JobAccepted? Accepted { get; private set; }

    /// <summary>It was not promised before under the same idempotency key.</summary>
    public bool IsNew { get; private set; }

    /// <summary>An <see cref="ApiException"/> or <see cref="LedgerException"/>; null when it was accepted.</summary>
    public Exception? Refusal { get; private set; }

    public void Accept() => (Accepted, IsNew, Refusal) = (new JobAccepted(job.Id.ToString(), job.HoldMicro), true, null);

    public void Repeat(JobAccepted before) => (Accepted, IsNew, Refusal) = (before, false, null);

    public void Refuse(Exception refusal) => (Accepted, IsNew, Refusal) = (null, false, refusal);
}

/// <summary>More credits that somebody wants for a job, which then goes on, and what became of that. As with a <see cref="JobOrder"/>, the last time counts.</summary>
/// <param name="key">Of the request; null where its sender gave none.</param>
internal sealed class MoreOrder(Id<Job> job, string holdKey, long micro, SignedIn caller, OnceKey? key)
{
    public Id<Job> Job => job;

    public string HoldKey => holdKey;

    public long Micro => micro;

    public SignedIn Caller => caller;

    public OnceKey? Key => key;

    /// <inheritdoc cref="JobOrder.Refusal"/>
    public Exception? Refusal { get; private set; }

    /// <summary>For the pool; null where it was refused, or done before.</summary>
    public ResumeJob? Command { get; private set; }

    public void Accept() => (Command, Refusal) = (new ResumeJob(job, micro), null);

    public void Repeat() => (Command, Refusal) = (null, null);

    public void Refuse(Exception refusal) => (Command, Refusal) = (null, refusal);
}

/// <summary>What was promised for an idempotency key.</summary>
internal sealed record JobAccepted(string Id, long HoldMicro);
