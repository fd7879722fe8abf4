using System.Text.Json;
using Muster.Hub.Api;
using Muster.Storage;

namespace Muster.Hub.Planning;

/// <summary>Plans that run in conversations: one for each such run on the hub, until it is over.</summary>
internal static class PlanStore
{
    public static void Add(Transaction tx, string run) => tx.Execute("insert into hub_plans (run_id) values (@run)", new { run });

    public static bool Has(Transaction tx, string run) => tx.Scalar<long>("select count(*) from hub_plans where run_id = @run", new { run }) > 0;

    /// <summary>The plan with the job that carries it out; null while there is none yet.</summary>
    public static (PlanModel Plan, string Job)? Find(Transaction tx, string run) =>
        tx.QueryFirst<PlanRow>("select plan Plan, job_id JobId from hub_plans where run_id = @run and plan is not null", new { run }) is { } row
            ? (JsonSerializer.Deserialize(row.Plan, HubJson.Default.PlanModel)!, row.JobId)
            : null;

    public static void Set(Transaction tx, string run, PlanModel plan, string job) =>
        tx.Execute("update hub_plans set plan = @plan, job_id = @job where run_id = @run", new { run, job, plan = JsonSerializer.Serialize(plan, HubJson.Default.PlanModel) });

    public static void Forget(Transaction tx, string run) => tx.Execute("delete from hub_plans where run_id = @run", new { run });

    private sealed record PlanRow
    {
        public required string Plan { get; init; }
        public required string JobId { get; init; }
    }
}
