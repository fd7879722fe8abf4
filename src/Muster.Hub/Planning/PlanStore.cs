using System.Text.Json;
using Muster.Hub.Api;
using Muster.Protocol.Ids;
using Muster.Storage;

namespace Muster.Hub.Planning;

/// <summary>A plan that runs in a conversation.</summary>
/// <param name="Job">That carries it out.</param>
/// <param name="Again">What became of steps that failed; null while none has, or none was planned anew yet.</param>
internal sealed record StoredPlan(PlanModel Plan, string Job, PlanAgain? Again)
{
    /// <summary>All that carry it out.</summary>
    public IEnumerable<string> Jobs => Again?.Job is { } other ? [Job, other] : [Job];
}

/// <summary>Plans that run in conversations: one for each such run on the hub, until it is over.</summary>
internal static class PlanStore
{
    public static void Add(Transaction tx, string run) => tx.Execute("insert into hub_plans (run_id) values (@run)", new { run });

    public static bool Has(Transaction tx, string run) => tx.Scalar<long>("select count(*) from hub_plans where run_id = @run", new { run }) > 0;

    /// <summary>Null while it is being made.</summary>
    public static StoredPlan? Find(Transaction tx, string run) =>
        tx.QueryFirst<PlanRow>("select plan Plan, job_id JobId, again Again from hub_plans where run_id = @run and plan is not null", new { run }) is { } row
            ? new StoredPlan(
                JsonSerializer.Deserialize(row.Plan, HubJson.Default.PlanModel)!, row.JobId, row.Again is null ? null : JsonSerializer.Deserialize(row.Again, PlanAgainJson.Default.PlanAgain))
            : null;

    /// <summary>Jobs that carry out the plans of a conversation's runs.</summary>
    public static IReadOnlySet<Id<Job>> JobsOf(Transaction tx, string conversation) =>
        tx.Query<string>("select p.run_id from hub_plans p join runs r on r.id = p.run_id where r.conversation_id = @conversation", new { conversation })
            .Select(run => Find(tx, run)).OfType<StoredPlan>().SelectMany(plan => plan.Jobs).Select(Id<Job>.Parse).ToHashSet();

    /// <summary>Steps of these plans that are for one machine: their jobs, and their places in them.</summary>
    public static IReadOnlyList<(Id<Job> Job, int Task)> StepsOn(Transaction tx, string conversation, string node) =>
    [
        .. from run in tx.Query<string>("select p.run_id from hub_plans p join runs r on r.id = p.run_id where r.conversation_id = @conversation", new { conversation })
           let stored = Find(tx, run)
           where stored is not null
           from at in Enumerable.Range(0, stored.Plan.Subtasks.Count)
           where string.Equals(stored.Plan.Subtasks[at].Node, node, StringComparison.OrdinalIgnoreCase)
           select (Id<Job>.Parse(stored.Job), at),
    ];

    public static void Set(Transaction tx, string run, PlanModel plan, string job) =>
        tx.Execute("update hub_plans set plan = @plan, job_id = @job where run_id = @run", new { run, job, plan = JsonSerializer.Serialize(plan, HubJson.Default.PlanModel) });

    public static void SetAgain(Transaction tx, string run, PlanAgain again) =>
        tx.Execute("update hub_plans set again = @again where run_id = @run", new { run, again = JsonSerializer.Serialize(again, PlanAgainJson.Default.PlanAgain) });

    public static void Forget(Transaction tx, string run) => tx.Execute("delete from hub_plans where run_id = @run", new { run });

    private sealed record PlanRow
    {
        public required string Plan { get; init; }
        public required string JobId { get; init; }
        public string? Again { get; init; }
    }
}
