using Muster.Hub.Jobs.Placement;

namespace Muster.Hub.Jobs.Pool.Rules;

/// <summary>Gives waiting tasks to nodes with room: by priority, then to whom has used least, then by age.</summary>
internal static class Dispatcher
{
    private const long DeferMs = 1_000;

    public static void Run(PoolTurn turn)
    {
        Unstick(turn);
        foreach (var (_, owners) in turn.State.Ready.Levels)
        {
            if (turn.State.Free.Count > 0)
            {
                Level(turn, owners);
            }
        }

        Preemption.Run(turn);
        turn.State.Ready.Sweep();
    }

    /// <summary>The next task of a step that was never leased.</summary>
    public static PoolTask Fresh(PoolTurn turn, PoolStep step)
    {
        var task = new PoolTask(step, step.NextFresh++);
        step.Job.Live.Add(task.Index, task);
        return task;
    }

    private static void Level(PoolTurn turn, IReadOnlyCollection<KeyValuePair<PoolOwner, List<NeedsClass>>> owners)
    {
        var order = new PriorityQueue<List<NeedsClass>, double>(owners.Select(owner => (owner.Value, owner.Key.Usage)));
        while (order.TryDequeue(out var classes, out _))
        {
            var owner = classes[0].Owner;
            var limit = order.TryPeek(out _, out var next) ? next : double.MaxValue;
            while (owner.Usage <= limit && turn.State.Free.Count > 0 && ReadyQueue.Oldest(classes) is { } needs)
            {
                Place(turn, needs);
            }

            if (turn.State.Free.Count > 0 && ReadyQueue.Oldest(classes) is not null)
            {
                order.Enqueue(classes, owner.Usage);
            }
        }
    }

    private static void Place(PoolTurn turn, NeedsClass needs)
    {
        var step = needs.Head!;
        if (step.Plan.Gang)
        {
            GangPlacement.Place(turn, needs, step);
            return;
        }

        var again = step.NextAgain;
        if (Chooser.Choose(turn, needs, step, again) is not { } node)
        {
            if (again is null || !Defer(turn, step, again))
            {
                needs.Stuck = true;
            }

            return;
        }

        var task = again ?? Fresh(turn, step);
        if (again is not null)
        {
            step.TakeAgain();
        }
        else
        {
            task.CopiesWanted = Quorum.CopiesFor(turn, task, node);
        }

        TaskRules.Lease(turn, task, node);
        if (task.NeedsAttempt)
        {
            step.AddAgain(task);
        }
    }

    /// <summary>A task that may not go where others of its kind may go waits aside. False: it is not the task but the room.</summary>
    private static bool Defer(PoolTurn turn, PoolStep step, PoolTask task)
    {
        if (task.Avoid is null && task.CopiesWanted == 1)
        {
            return false;
        }

        if (task.Avoid is not null && Chooser.OnlyAvoided(turn.State, step.Needs, task))
        {
            task.Avoid = null; // there is no other: better there than nowhere
            return true;
        }

        step.TakeAgain();
        turn.State.Timers.Add(turn.Now + DeferMs, later =>
        {
            if (task.NeedsAttempt)
            {
                step.AddAgain(task);
                step.Needs.Stuck = false;
                later.State.Ready.Enqueue(step);
            }
        });
        return true;
    }

    private static void Unstick(PoolTurn turn)
    {
        if (turn.Freed.Count == 0)
        {
            return;
        }

        foreach (var needs in turn.State.Ready.Classes.Where(needs => needs.Stuck))
        {
            var quick = needs.Head?.Quick == true;
            needs.Stuck = !turn.Freed.Any(node => node.HasRoom && PlacementFilters.Meets(node, needs) && (node.Fits(needs.Needs) || (quick && node.FitsAhead(needs.Needs))));
        }
    }
}
