using Muster.Hub.Jobs;
using Muster.Hub.Jobs.Pool;
using Muster.Protocol.Ids;

namespace Muster.Hub.Background;

/// <summary>The background tasks that go on.</summary>
internal sealed class BackgroundDesk(PoolLoop loop)
{
    public Task<bool> AnyAsync(CancellationToken cancel) =>
        loop.AskAsync((state, _) => state.Jobs.Values.Any(job => job.Plan.Background is not null && !job.State.IsFinal()), cancel);

    /// <summary>Machines on which something of a conversation goes on.</summary>
    public Task<IReadOnlyList<Id<Node>>> NodesOfAsync(string conversation, CancellationToken cancel) => loop.AskAsync<IReadOnlyList<Id<Node>>>(
        (state, _) =>
        [
            .. state.Jobs.Values.Where(job => job.Plan.Background is { } plan && plan.Conversation == conversation && job.Live.Count > 0)
                .Select(job => Id<Node>.Parse(job.Plan.Background!.Node)).Distinct(),
        ],
        cancel);
}
