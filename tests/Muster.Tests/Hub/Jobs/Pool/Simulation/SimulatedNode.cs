using Muster.Hub.Jobs;
using Muster.Hub.Jobs.Pool;
using NodeId = Muster.Protocol.Ids.Id<Muster.Protocol.Ids.Node>;

namespace Muster.Tests.Hub.Jobs.Pool.Simulation;

/// <summary>A node as it behaves seen from the hub: an outbox that survives its death, and attempts that do not.</summary>
internal sealed class SimulatedNode(NodeId id, NodeTerms terms, Random chance, bool cheats)
{
    private readonly Dictionary<AttemptName, long> _running = [];
    private readonly HashSet<AttemptName> _known = [];

    public NodeId Id => id;

    public NodeTerms Terms => terms;

    public bool Linked { get; set; }

    /// <summary>When the last frame to it arrives.</summary>
    public long HearsAt { get; set; }

    public long AwayUntil { get; set; }

    /// <summary>Kept until the hub has said that it applied them.</summary>
    public List<AttemptEnd> Outbox { get; } = [];

    /// <summary>How often each task was begun here.</summary>
    public Dictionary<(long, int), int> Begun { get; } = [];

    public IReadOnlyList<AttemptName> Held => [.. _running.Keys];

    public bool Idle => _running.Count == 0 && Outbox.Count == 0;

    public void Lease(AttemptName name, long now)
    {
        if (_known.Add(name))
        {
            _running[name] = now + chance.Next(100, 90_000);
            Begun[(name.Job, name.Task)] = Begun.GetValueOrDefault((name.Job, name.Task)) + 1;
        }
    }

    public void Control(AttemptName name, string action)
    {
        if (action == "stop" && _running.Remove(name))
        {
            Outbox.Add(End(name, AttemptOutcome.Stopped));
        }
        else if (action == "stop" && _known.Add(name))
        {
            Outbox.Add(End(name, AttemptOutcome.Lost));
        }
        else if (action == "freeze" && _running.ContainsKey(name))
        {
            _running[name] = long.MaxValue;
        }
        else if (action == "thaw" && _running.ContainsKey(name))
        {
            _running[name] = 0;
        }
    }

    public void Work(long now)
    {
        foreach (var (name, _) in _running.Where(running => running.Value <= now).ToList())
        {
            _running.Remove(name);
            Outbox.Add(End(name, chance.Next(100) switch
            {
                < 85 => AttemptOutcome.Succeeded,
                < 95 => AttemptOutcome.Failed,
                < 97 => AttemptOutcome.OutOfMemory,
                _ => AttemptOutcome.Refused,
            }));
        }
    }

    /// <summary>Killed and started again: it knows that it had begun them, and not what became of them.</summary>
    public void Die()
    {
        Linked = false;
        Outbox.AddRange(_running.Keys.Select(name => End(name, AttemptOutcome.Lost)));
        _running.Clear();
    }

    private AttemptEnd End(AttemptName name, AttemptOutcome outcome)
    {
        if (outcome == AttemptOutcome.Refused)
        {
            Begun[(name.Job, name.Task)]--; // refused is what was not begun
        }

        return new AttemptEnd
        {
            Name = name, Outcome = outcome, ExitCode = outcome == AttemptOutcome.Succeeded ? 0 : 1,
            Result = BitConverter.GetBytes(cheats && chance.Next(2) == 0 ? chance.Next() : name.Task),
            Use = new AttemptUse(chance.NextDouble() * 10, 1 << 20, chance.NextDouble() * 10, 0, 0, 0),
        };
    }
}
