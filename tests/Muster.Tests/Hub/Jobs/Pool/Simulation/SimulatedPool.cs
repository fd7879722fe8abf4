using Muster.Hub.Jobs;
using Muster.Hub.Jobs.Pool;
using Muster.Hub.Jobs.Store;
using Muster.Protocol.Ids;
using NodeId = Muster.Protocol.Ids.Id<Muster.Protocol.Ids.Node>;
using Muster.Testing;
using Xunit;

namespace Muster.Tests.Hub.Jobs.Pool.Simulation;

/// <summary>
/// A hub and its nodes in one thread, with everything that can go wrong between them: frames dropped, doubled, late and out of
/// order; nodes that die, sleep and come back; a hub that is killed before and after its commits; a clock that jumps.
/// </summary>
internal sealed class SimulatedPool
{
    private readonly Random _chance;
    private readonly FakeTime _ids = new();
    private readonly PoolSettings _settings;
    private readonly List<SimulatedNode> _nodes = [];
    private readonly List<Id<User>> _users = [];
    private readonly PriorityQueue<Action, (long, int)> _wire = new();
    private readonly List<PoolCommand> _waiting = [];
    private readonly Dictionary<Id<Job>, JobSubmission> _submitted = [];
    private readonly Dictionary<AttemptName, NodeId> _leased = [];
    private PoolState _state;
    private long _now = 1_000_000;
    private bool _calm;
    private int _order;

    public SimulatedPool(int seed)
    {
        _chance = new Random(seed);
        _settings = new PoolSettings
        {
            Seed = (ulong)seed, UsageEpoch = _now,
            Meter = (_, _, use, lease, _) => (10, (long)(Math.Min(use.WallSeconds, lease) * 100) + (long)lease),
        };
        _state = PoolLoader.Load(Kept.Image(), _settings, _now);
        _users.AddRange(Enumerable.Range(0, 7).Select(_ => Id<User>.New(_ids)));
        for (var node = 0; node < 7; node++)
        {
            _nodes.Add(new SimulatedNode(NodeId.New(_ids), Terms(node), _chance, cheats: node == 3));
        }
    }

    public KeptRows Kept { get; } = new();

    public IReadOnlyList<SimulatedNode> Nodes => _nodes;

    public IReadOnlyCollection<JobSubmission> Submitted => _submitted.Values;

    /// <summary>Trouble for a while, then calm until all is done.</summary>
    public void Run()
    {
        for (var step = 0; step < 150; step++)
        {
            Step();
        }

        _calm = true;
        _waiting.AddRange(_submitted.Keys.Select(job => new ResumeJob(job, 0)));
        for (var step = 0; step < 1500 && !Done; step++)
        {
            Step();
        }

        Assert.True(Done, Undone());
        Assert.All(_state.Nodes.Values, node => Assert.Equal((0, 0), (node.SlotsUsed, node.GpusUsed)));
    }

    private bool Done => _waiting.Count == 0 && _wire.Count == 0 && Kept.Jobs.Count() == _submitted.Count && Kept.Jobs.All(job => !job.Live) && _nodes.All(node => node.Idle);

    private string Undone() => $"{_wire.Count} on the wire, {Kept.Jobs.Count()} of {_submitted.Count} jobs, held {string.Join(" ", _nodes.Select(node => $"{node.Held.Count}+{node.Outbox.Count}"))}; "
        + string.Join(Environment.NewLine, _state.Jobs.Values.Select(job => $"job {job.Number} {job.State}: " + string.Join(", ", job.Steps.Select(step =>
        $"{step.Plan.Id} fresh {step.FreshLeft} open {step.IsOpen} queued {step.Queued} stuck {step.Needs.Stuck} gang {step.Plan.Gang} copies {step.Plan.Copies} ["
        + string.Join(" ", job.Live.Values.Where(task => task.Step == step).Select(task =>
            $"{task.Index} {task.State} wants {task.CopiesWanted} needs {task.NeedsAttempt} waits {task.WaitsInStep}: {string.Join(" ", task.Attempts.Select(attempt => $"{attempt.Number}/{attempt.State}/{attempt.Current}/{attempt.Node.Terms.Name}"))}")) + "]"))));

    private void Step()
    {
        _now += _chance.Next(50, 5_000);
        if (!_calm)
        {
            Trouble();
        }

        foreach (var node in _nodes)
        {
            Live(node);
        }

        while (_wire.TryPeek(out var act, out var due) && due.Item1 <= _now)
        {
            _wire.Dequeue();
            act();
        }

        if (_submitted.Values.FirstOrDefault(submission => Kept.Jobs.All(job => job.Id != submission.Id.ToString())) is { } unanswered)
        {
            _waiting.Add(new SubmitJob(unanswered)); // its client tries again with the same id
        }

        Turn();
    }

    private void Trouble()
    {
        if (_submitted.Count < 8 && _chance.Next(4) == 0)
        {
            var submission = new JobSubmission(Id<Job>.New(_ids), _users[_chance.Next(3)], RandomPlan.Of(_chance), _chance.Next(3) * 40_000L, null);
            _submitted.Add(submission.Id, submission);
            _waiting.Add(new SubmitJob(submission));
        }

        var node = _nodes[_chance.Next(_nodes.Count)];
        switch (_chance.Next(40))
        {
            case 0: node.Die(); Send(new NodeDisconnected(node.Id)); break;
            case 1: node.Linked = false; node.AwayUntil = _now + _chance.Next(1_000, 60_000); break;
            case 8: node.AwayUntil = _now + _chance.Next(1_000, 60_000); break; // asleep, and its connection is not found dead
            case 2: Restart(); break;
            case 3 when _submitted.Count > 0: Send(new CancelWork(_submitted.Keys.ElementAt(_chance.Next(_submitted.Count)), _chance.Next(2) == 0 ? null : _chance.Next(3), "no longer wanted")); break;
            case 4 when _submitted.Count > 0: Send(new PauseJob(_submitted.Keys.ElementAt(_chance.Next(_submitted.Count)), "paused")); break;
            case 5 when _submitted.Count > 0: Send(new ResumeJob(_submitted.Keys.ElementAt(_chance.Next(_submitted.Count)), 0)); break;
            case 6: _now += _chance.Next(3_600_000); Restart(); break;
            case 7: Send(new NodeTrust(node.Id, (TrustLevel)_chance.Next(1, 4))); break;
        }
    }

    private void Live(SimulatedNode node)
    {
        if (_now < node.AwayUntil && !_calm)
        {
            return;
        }

        node.Work(_now);
        if (!node.Linked)
        {
            node.Linked = true;
            Send(new NodeConnected(node.Id, node.Terms, node.Held)); // after what it had to say
        }

        Send(new NodeHeard(node.Id));
        if (_chance.Next(3) == 0)
        {
            Send(new AttemptsBegan(node.Id, node.Held));
        }
    }

    /// <summary>What a node says arrives late, twice or not at all; results stay in its outbox until they are applied.</summary>
    private void Send(PoolCommand command)
    {
        if (command is NodeConnected or NodeHeard && _nodes.Single(node => node.Id == (command as NodeConnected)?.Node || node.Id == (command as NodeHeard)?.Node) is { Outbox.Count: > 0 } full)
        {
            _waiting.Add(new AttemptsEnded(full.Id, [.. full.Outbox], null));
        }

        if (_calm || command is NodeConnected || _chance.Next(10) > 0)
        {
            _waiting.Add(command);
        }

        if (!_calm && _chance.Next(20) == 0)
        {
            _waiting.Add(command);
        }
    }

    private void Turn()
    {
        // As the loop does: what is repeated after a commit of unknown outcome is looked up in the store first.
        var commands = _waiting.Where(command => command is not SubmitJob submit || Kept.Jobs.All(job => job.Id != submit.Submission.Id.ToString())).Distinct().ToList();
        _waiting.Clear();
        var effects = _state.Turn(commands, _now);
        Fits();
        if (!_calm && _chance.Next(30) == 0)
        {
            Restart(); // killed before the commit: all of it is forgotten
            return;
        }

        Kept.Commit(_state, effects, _now);
        foreach (var ended in commands.OfType<AttemptsEnded>())
        {
            _nodes.Single(node => node.Id == ended.Node).Outbox.RemoveAll(ended.Ends.Contains);
        }

        Agrees();
        if (!_calm && _chance.Next(30) == 0)
        {
            Restart(); // killed after the commit: nothing was sent
            return;
        }

        Deliver(effects);
    }

    private void Deliver(PoolEffects effects)
    {
        foreach (var lease in effects.Leases)
        {
            var name = new AttemptName(lease.Task.Job.Number, lease.Task.Index, lease.Number);
            Assert.True(_leased.TryAdd(name, lease.Node.Id) || _leased[name] == lease.Node.Id, $"{name} was given to two nodes");
            Wire(lease.Node.Id, node => node.Lease(name, _now));
        }

        foreach (var cut in effects.Cuts)
        {
            _nodes.Single(node => node.Id == cut).Linked = false;
        }

        foreach (var control in effects.Controls)
        {
            Wire(control.Node, node => node.Control(control.Attempt, control.Action));
        }
    }

    private void Wire(NodeId id, Action<SimulatedNode> act)
    {
        var node = _nodes.Single(node => node.Id == id);
        node.Linked &= _calm || _chance.Next(8) > 0; // a frame is only ever lost with its connection
        for (var copies = _calm || _chance.Next(8) > 0 ? 1 : 2; copies > 0 && node.Linked; copies--)
        {
            _wire.Enqueue(
                () =>
                {
                    if (node.Linked)
                    {
                        act(node);
                    }
                },
                (node.HearsAt = Math.Max(node.HearsAt, _now + _chance.Next(_calm ? 10 : 3_000)), ++_order)); // one connection keeps its order
        }
    }

    private void Restart()
    {
        _state = PoolLoader.Load(Kept.Image(), _settings, _now);
        _waiting.Clear();
        _nodes.ForEach(node => node.Linked = false);
    }

    private void Fits() => Assert.All(_state.Nodes.Values, node =>
    {
        Assert.Equal(node.Attempts.Count, node.SlotsUsed);
        Assert.All(node.Attempts, attempt => Assert.True(attempt.Reserved && attempt.State.IsOpen(), $"{attempt.State}"));
        if (node.Online && node.Attempts.All(attempt => attempt.Task.LastAttempt == attempt.Number))
        {
            Assert.True(node.SlotsUsed <= node.Terms.Slots + 8 && node.CpusUsed >= -1e-6);
        }
    });

    /// <summary>What a start would read says the same as what is in memory.</summary>
    private void Agrees()
    {
        var loaded = PoolLoader.Load(Kept.Image(), _settings, _now);
        Assert.Equal(_state.Jobs.Keys.Order(), loaded.Jobs.Keys.Order());
        foreach (var job in _state.Jobs.Values)
        {
            var other = loaded.Jobs[job.Number];
            var (mine, read) = (RowMaker.Of(job), RowMaker.Of(other));
            Assert.Equal(mine, read);
            if (job.State.IsFinal())
            {
                continue;
            }

            Assert.Equal(job.Steps.Select(step => (step.FreshLeft && step.IsOpen, step.Skipped)), other.Steps.Select(step => (step.FreshLeft && step.IsOpen, step.Skipped)));
            Assert.Equal(job.Live.Keys.Order(), other.Live.Keys.Order());
        }
    }

    private NodeTerms Terms(int node) => new()
    {
        Name = $"node{node}", Owner = _users[node], KeepsReady = node % 2 == 0, Slots = 4, Cpus = 4, MemoryBytes = 4L << 30, DiskBytes = 40L << 30,
        Runtimes = new HashSet<TaskRuntime> { TaskRuntime.Process, TaskRuntime.Agent }, Isolation = TaskIsolation.Process, CpuScore = 100 * node,
    };
}
