using Microsoft.AspNetCore.Http;
using Muster.Hub.Accounts;
using Muster.Hub.Accounts.Audit;
using Muster.Hub.Api;
using Muster.Hub.Fleet;
using Muster.Hub.Fleet.Standing;
using Muster.Hub.Jobs.Pool;
using Muster.Hub.Jobs.Views;
using Muster.Storage;

namespace Muster.Hub.Jobs.Nodes;

/// <summary>What people see and settle of a machine's part in the pool.</summary>
internal sealed class NodePoolDesk(Database database, NodeDirectory nodes, NodeStandings standings, PoolLoop loop, AuditLog audit)
{
    public Task<NodePoolModel> GetAsync(HttpContext context, string id) => ViewAsync(context.Caller().FindNode(nodes, id), context);

    public async Task<NodePoolModel> SetGateAsync(HttpContext context, string id, GateRequest request)
    {
        var node = Managed(context, id);
        var gate = Word<NodeGate>(request.Gate, "gate");
        var action = gate switch { NodeGate.Open => "node.open", NodeGate.Cordoned => "node.cordon", _ => "node.drain" };
        await database.WriteAsync(
            tx =>
            {
                standings.SetGate(tx, node.Id, gate);
                audit.Add(tx, AuditActor.Of(context), action, node.Name);
            },
            context.RequestAborted);
        return await ViewAsync(nodes.Find(node.Id) ?? node, context);
    }

    public async Task<NodePoolModel> SetTrustAsync(HttpContext context, string id, TrustRequest request)
    {
        var node = Managed(context, id);
        var level = Word<TrustLevel>(request.Level, "level");
        await loop.ApplyAsync(
            new NodeTrust(node.Id, level), tx => audit.Add(tx, AuditActor.Of(context), "node.trust", node.Name, $"to {level.ToString().ToLowerInvariant()}"), context.RequestAborted);
        return await ViewAsync(node, context);
    }

    private NodeSnapshot Managed(HttpContext context, string id)
    {
        var node = context.Caller().FindNode(nodes, id, manage: true);
        return node.Dialect == NodeDialect.Muster ? node : throw ApiException.Conflict($"{node.Name} takes no tasks of the pool that could be settled here.");
    }

    private Task<NodePoolModel> ViewAsync(NodeSnapshot node, HttpContext context) => loop.AskAsync(
        (state, _) =>
        {
            var known = state.Nodes.GetValueOrDefault(node.Id) ?? new PoolNode(node.Id);
            return new NodePoolModel(
                node.Id.ToString(), node.Name, node.Standing.Gate.ToString().ToLowerInvariant(), known.Terms.Closed,
                known.Attempts.Count(attempt => attempt.State.IsOpen()), known.Trust.ToString().ToLowerInvariant(), known.Streak, Why(known, state.Settings.TrustedStreak),
                node.Standing.CpuScore, node.Standing.MeasuredAt,
                new OfferModel(known.Terms.Slots, known.Terms.Cpus, known.Terms.MemoryBytes, known.Terms.DiskBytes, known.Terms.Gpus, known.Terms.Location, known.Terms.Price / 1000.0, known.Terms.Labels,
                    known.Terms.NoSandbox));
        },
        context.RequestAborted);

    private static string Why(PoolNode node, int wanted) => node.Trust switch
    {
        TrustLevel.Suspended => "It was suspended and gets no tasks until an admin sets another level.",
        TrustLevel.Probation => $"A result of it was found wrong, or an admin said so: {wanted} right {(wanted == 1 ? "one makes" : "ones in a row make")} it trusted, and it has {node.Streak}.",
        TrustLevel.Trusted => $"{Right(node.Streak)} found right, or an admin said so.",
        _ => $"{Right(node.Streak)} found right: {wanted} {(wanted == 1 ? "makes" : "make")} it trusted.",
    };

    private static string Right(int streak) => streak == 1 ? "1 result in a row was" : $"{streak} results in a row were";

    private static T Word<T>(string? word, string field)
        where T : struct, Enum =>
        Enum.GetValues<T>().Where(value => string.Equals(value.ToString(), word, StringComparison.OrdinalIgnoreCase)).Select(value => (T?)value).FirstOrDefault()
            ?? throw ApiException.Invalid(field, $"\"{word}\" is no {field}.", $"Take one of {string.Join(", ", Enum.GetNames<T>()).ToLowerInvariant()}.");
}
