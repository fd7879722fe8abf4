namespace Muster.Hub.Jobs.Pool;

/// <summary>What is to happen later. A timer checks for itself whether it still means something.</summary>
internal sealed class PoolTimers
{
    private readonly PriorityQueue<Action<PoolTurn>, (long At, long Order)> _waiting = new();
    private long _order;

    /// <summary>When the next one is due, in Unix milliseconds.</summary>
    public long? Next => _waiting.TryPeek(out _, out var due) ? due.At : null;

    public void Add(long at, Action<PoolTurn> fire) => _waiting.Enqueue(fire, (at, ++_order));

    public Action<PoolTurn>? TryTake(long now) => _waiting.TryPeek(out _, out var due) && due.At <= now ? _waiting.Dequeue() : null;
}
