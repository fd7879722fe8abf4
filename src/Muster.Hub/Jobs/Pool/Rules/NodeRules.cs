using Muster.Protocol.Ids;

namespace Muster.Hub.Jobs.Pool.Rules;

/// <summary>Nodes that come, go, and say that they are alive.</summary>
internal static class NodeRules
{
    private const int MostMissed = 3;

    public static void Connected(PoolTurn turn, NodeConnected connected)
    {
        var node = turn.State.Node(connected.Node);
        (node.Online, node.Expired) = (true, false);
        Heard(turn, node);
        Take(turn, node, connected.Terms);
        var held = connected.Held.ToHashSet();
        foreach (var attempt in node.Attempts.ToList())
        {
            SendAgain(turn, attempt, isThere: held.Remove(NameOf(attempt)));
        }

        foreach (var name in held)
        {
            Reinstate(turn, node, name);
        }
    }

    public static void Disconnected(PoolTurn turn, Id<Node> id)
    {
        if (turn.State.Nodes.GetValueOrDefault(id) is { } node)
        {
            (node.Online, node.Expired) = (false, false);
            turn.State.Free.Update(node);
            if (node.Terms.FunctionsOnly)
            {
                // A program that is gone has lost what it was given; another one of its user's may be waiting.
                LoseAll(turn, node);
            }
        }
    }

    public static void Removed(PoolTurn turn, Id<Node> id)
    {
        if (turn.State.Nodes.GetValueOrDefault(id) is { } node)
        {
            node.Online = false;
            turn.State.Free.Update(node);
            LoseAll(turn, node);
            turn.State.Nodes.Remove(id);
        }
    }

    public static void Changed(PoolTurn turn, Id<Node> id, NodeTerms terms)
    {
        if (turn.State.Nodes.GetValueOrDefault(id) is { } node)
        {
            Take(turn, node, terms);
        }
    }

    public static void Heard(PoolTurn turn, Id<Node> id)
    {
        if (turn.State.Nodes.GetValueOrDefault(id) is not { } node)
        {
            return;
        }

        if (node.Online)
        {
            Heard(turn, node);
            Billing.EachMinute(turn, node);
        }
        else if (node.Expired)
        {
            // It slept and woke before its connection was found dead: what it holds is known only once it connects anew.
            node.Expired = false;
            turn.Effects.Cuts.Add(node.Id);
        }
    }

    public static void Data(PoolTurn turn, NodeData data)
    {
        var node = turn.State.Node(data.Node);
        node.Data.Clear();
        node.Data.UnionWith(data.Data);
    }

    public static void Trust(PoolTurn turn, NodeTrust trust)
    {
        var node = turn.State.Node(trust.Node);
        node.Trust = trust.Level;
        node.Streak = trust.Level == TrustLevel.Suspended ? 0 : node.Streak;
        node.Meets.Clear();
        turn.Freed.Add(node);
        turn.Effects.Trust.Add(node);
    }

    /// <summary>Every attempt gets a full lease again: time in which the hub could not hear does not count.</summary>
    public static void WatchLease(PoolState state, PoolNode node, long now)
    {
        node.LeaseUntil = now + state.Settings.LeaseMs;
        state.Timers.Add(node.LeaseUntil, later => Expire(later, node));
    }

    private static void Heard(PoolTurn turn, PoolNode node)
    {
        var watched = node.LeaseUntil > turn.Now;
        node.LeaseUntil = turn.Now + turn.Settings.LeaseMs;
        if (!watched)
        {
            turn.State.Timers.Add(node.LeaseUntil, later => Expire(later, node));
        }
    }

    private static void Expire(PoolTurn turn, PoolNode node)
    {
        if (node.LeaseUntil > turn.Now)
        {
            turn.State.Timers.Add(node.LeaseUntil, later => Expire(later, node));
            return;
        }

        (node.Online, node.Expired) = (false, node.Online);
        turn.State.Free.Update(node);
        LoseAll(turn, node);
    }

    private static void LoseAll(PoolTurn turn, PoolNode node)
    {
        foreach (var attempt in node.Attempts.ToList())
        {
            AttemptRules.Lost(turn, attempt);
        }
    }

    private static void Take(PoolTurn turn, PoolNode node, NodeTerms terms)
    {
        if (!SameTo(node.Terms, terms))
        {
            node.Meets.Clear();
        }

        node.Terms = terms;
        turn.State.Free.Update(node);
        turn.Freed.Add(node);
    }

    /// <summary>Load changes often and says nothing about what a node can do.</summary>
    private static bool SameTo(NodeTerms before, NodeTerms after) => before with { Load = after.Load, Slots = after.Slots, Closed = after.Closed } == after;

    /// <summary>What it should have heard over the connection that was lost.</summary>
    private static void SendAgain(PoolTurn turn, PoolAttempt attempt, bool isThere)
    {
        if (attempt.State == AttemptState.Stopping)
        {
            if (attempt.Task.Job.Plan.Background is not null)
            {
                turn.Effects.Leases.Add(attempt); // or the node would not know what is to be stopped
            }

            // Where it never came or is over already, the node says so.
            turn.Effects.Control(attempt, "stop", attempt.StopReason ?? "cancelled");
            return;
        }

        if (!isThere && attempt.State == AttemptState.Leased && ++attempt.Missed > MostMissed)
        {
            // It is sent again and again, and the node cannot even write it down: its disk is full, or it is not well.
            (attempt.Task.Avoid ??= []).Add(attempt.Node);
            AttemptRules.Lost(turn, attempt);
            return;
        }

        if (!isThere)
        {
            turn.Effects.Leases.Add(attempt);
        }
        else
        {
            SteerRules.Tell(turn, attempt);
        }

        // One that waits for a person stands still by itself.
        if (attempt.State == AttemptState.Frozen && attempt.Task.Job.Paused)
        {
            turn.Effects.Control(attempt, "freeze", attempt.Task.Job.Reason ?? "");
        }
        else if (isThere)
        {
            turn.Effects.Control(attempt, "thaw", "");
        }
    }

    private static void Reinstate(PoolTurn turn, PoolNode node, AttemptName name)
    {
        var attempt = turn.State.Jobs.GetValueOrDefault(name.Job)?.Live.GetValueOrDefault(name.Task)?.Find(name.Attempt);
        if (attempt is not { State: AttemptState.Lost, Current: true } || attempt.Node != node || attempt.Task.State.IsFinal())
        {
            turn.Effects.Controls.Add(new ControlOrder(node.Id, name, "stop", "superseded"));
            return;
        }

        Reinstate(turn, attempt);
    }

    /// <summary>A lost attempt that is not lost after all.</summary>
    public static void Reinstate(PoolTurn turn, PoolAttempt attempt)
    {
        attempt.State = AttemptState.Running;
        attempt.Settled = false;
        attempt.Task.Reason = null;
        Reservation.Take(turn, attempt);
        TaskRules.Set(turn, attempt.Task, TaskState.Running);
        turn.Effects.Changed(attempt.Task);
        PauseRules.Match(turn, attempt);
        SteerRules.Tell(turn, attempt);
    }

    private static AttemptName NameOf(PoolAttempt attempt) => new(attempt.Task.Job.Number, attempt.Task.Index, attempt.Number);
}
