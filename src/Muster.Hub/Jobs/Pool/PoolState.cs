using Muster.Protocol.Ids;

namespace Muster.Hub.Jobs.Pool;

/// <summary>
/// The whole pool in memory. Pure: no clock, no I/O, no ambient chance; commands in, effects out. One thread at a time.
/// </summary>
internal sealed class PoolState(PoolSettings settings)
{
    private readonly Dictionary<Id<Job>, PoolJob> _ids = [];
    private readonly Dictionary<Id<User>, PoolOwner> _owners = [];

    public PoolSettings Settings => settings;

    public Dictionary<long, PoolJob> Jobs { get; } = [];

    public Dictionary<Id<Node>, PoolNode> Nodes { get; } = [];

    public ReadyQueue Ready { get; } = new();

    public FreeNodes Free { get; } = new();

    public PoolTimers Timers { get; } = new();

    public long NextJob { get; set; } = 1;

    /// <summary>Number of the next batch of receipts.</summary>
    public long NextBatch { get; set; } = 1;

    public PoolJob? Find(Id<Job> id) => _ids.GetValueOrDefault(id);

    public PoolOwner Owner(Id<User> id) => _owners.TryGetValue(id, out var owner) ? owner : _owners[id] = new PoolOwner(id);

    public PoolNode Node(Id<Node> id) => Nodes.TryGetValue(id, out var node) ? node : Nodes[id] = new PoolNode(id);

    public void Add(PoolJob job)
    {
        Jobs.Add(job.Number, job);
        _ids.Add(job.Id, job);
        foreach (var step in job.Steps)
        {
            step.Needs = Ready.ClassOf(job, step.Plan);
        }
    }

    public void Remove(PoolJob job)
    {
        Jobs.Remove(job.Number);
        _ids.Remove(job.Id);
    }

    /// <summary>Applies commands in order, then leases what can be leased.</summary>
    public PoolEffects Turn(IEnumerable<PoolCommand> commands, long now)
    {
        var turn = new PoolTurn(this, now);
        foreach (var command in commands)
        {
            turn.Apply(command);
        }

        turn.Complete();
        return turn.Effects;
    }
}
