using Muster.Hub.Jobs.Pool;
using Muster.Storage;

namespace Muster.Hub.Jobs;

/// <summary>What a turn means for people's credits and inboxes, in the turn's own transaction.</summary>
internal sealed class PoolBooks
{
    public void Write(Transaction tx, PoolEffects effects, long now)
    {
        _ = (tx, effects, now);
    }
}
