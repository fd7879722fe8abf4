using Muster.Storage;

namespace Muster.Hub.Together;

/// <summary>Runs on the hub that ask many machines, and which machines worked for which message as tasks of the pool.</summary>
internal static class FleetStore
{
    public static void Add(Transaction tx, string run) => tx.Execute("insert into hub_fleets (run_id) values (@run)", new { run });

    public static bool Has(Transaction tx, string run) => tx.Scalar<long>("select count(*) from hub_fleets where run_id = @run", new { run }) > 0;

    public static void Forget(Transaction tx, string run) => tx.Execute("delete from hub_fleets where run_id = @run", new { run });

    /// <summary>Before they are asked: what they change then is found.</summary>
    public static void Involve(Transaction tx, string conversation, string message, IReadOnlyList<string> nodes)
    {
        foreach (var node in nodes)
        {
            tx.Execute(
                "insert into fleet_nodes (conversation_id, message_id, node_id) values (@conversation, @message, @node) on conflict do nothing", new { conversation, message, node });
        }
    }
}
