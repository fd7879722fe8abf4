using Muster.Hub.Fleet.Links;
using Muster.Protocol.Ids;
using Muster.Storage;

namespace Muster.Hub.Fleet.Standing;

/// <summary>Keeps what is settled about machines. The pool goes by it from the commit on.</summary>
internal sealed class NodeStandings(FleetContext fleet)
{
    public static IReadOnlyDictionary<string, NodeStanding> All(Transaction tx) =>
        tx.Query<(string, string, double, long)>("select node, gate, cpu_score, measured_at from node_standings").ToDictionary(
            row => row.Item1,
            row => new NodeStanding(Enum.Parse<NodeGate>(row.Item2), row.Item3, row.Item4 == 0 ? null : DateTimeOffset.FromUnixTimeMilliseconds(row.Item4)),
            StringComparer.Ordinal);

    public void SetGate(Transaction tx, Id<Node> node, NodeGate gate)
    {
        tx.Execute(
            """
            insert into node_standings (node, gate, cpu_score, measured_at) values (@node, @gate, 0, 0)
            on conflict (node) do update set gate = excluded.gate
            """,
            new { node = node.ToString(), gate = $"{gate}" });
        Swap(tx, node, standing => standing with { Gate = gate });
    }

    public Task SetScoreAsync(Id<Node> node, double score, CancellationToken cancel)
    {
        var now = fleet.Time.GetUtcNow();
        return fleet.Database.WriteAsync(
            tx =>
            {
                // Nothing for a machine that was removed meanwhile.
                tx.Execute(
                    """
                    insert into node_standings (node, gate, cpu_score, measured_at) select id, @gate, @score, @at from nodes where id = @node
                    on conflict (node) do update set cpu_score = excluded.cpu_score, measured_at = excluded.measured_at
                    """,
                    new { node = node.ToString(), gate = $"{NodeGate.Open}", score, at = now.ToUnixTimeMilliseconds() });
                Swap(tx, node, standing => standing with { CpuScore = score, MeasuredAt = now });
            },
            cancel);
    }

    private void Swap(Transaction tx, Id<Node> node, Func<NodeStanding, NodeStanding> change) => tx.OnCommitted(() =>
    {
        if (fleet.State.Find(node) is { } entry)
        {
            fleet.State.Update(entry, snapshot => snapshot with { Standing = change(snapshot.Standing) });
        }
    });
}
