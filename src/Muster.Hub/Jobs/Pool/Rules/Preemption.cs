using Muster.Hub.Jobs.Placement;

namespace Muster.Hub.Jobs.Pool.Rules;

/// <summary>High and urgent work may stop what allows it: the fewest tasks of the lowest priority on one node, the youngest first.</summary>
internal static class Preemption
{
    private const long PauseMs = 5_000;

    public static void Run(PoolTurn turn)
    {
        foreach (var needs in turn.State.Ready.Classes.Where(needs => needs is { Stuck: true, Key.Priority: >= JobPriority.High, Head: not null }).ToList())
        {
            if (turn.Now - needs.PreemptedAt >= PauseMs && Victims(turn.State, needs) is { } victims)
            {
                needs.PreemptedAt = turn.Now;
                victims.ForEach(victim => Stop(turn, victim));
            }
        }
    }

    private static List<PoolAttempt>? Victims(PoolState state, NeedsClass needs) => state.Nodes.Values
        .Where(node => node.Online && node.Terms.Closed is null && PlacementFilters.Meets(node, needs))
        .Select(node => On(node, needs))
        .OfType<List<PoolAttempt>>()
        .MinBy(victims => victims.Count);

    private static List<PoolAttempt>? On(PoolNode node, NeedsClass needs)
    {
        var (victims, asked, freed) = (new List<PoolAttempt>(), needs.Needs, new NeedsPlan { Cpu = 0, MemoryBytes = 0, DiskBytes = 0 });
        foreach (var attempt in node.Attempts.Where(attempt => MayStop(attempt, needs)).OrderBy(attempt => attempt.Task.Job.Plan.Priority).ThenByDescending(attempt => attempt.LeasedAt))
        {
            victims.Add(attempt);
            var gives = attempt.Task.Step.Plan.Needs;
            freed = freed with
            {
                Cpu = freed.Cpu + gives.Cpu, MemoryBytes = freed.MemoryBytes + gives.MemoryBytes, DiskBytes = freed.DiskBytes + gives.DiskBytes, Gpu = freed.Gpu + gives.Gpu,
            };
            var rest = asked with
            {
                Cpu = asked.Cpu - freed.Cpu, MemoryBytes = asked.MemoryBytes - freed.MemoryBytes, DiskBytes = asked.DiskBytes - freed.DiskBytes, Gpu = asked.Gpu - freed.Gpu,
            };
            if (node.FitsBesides(rest, victims.Count))
            {
                return victims;
            }
        }

        return null;
    }

    private static bool MayStop(PoolAttempt attempt, NeedsClass needs) =>
        attempt is { State: AttemptState.Leased or AttemptState.Running, Task.Step.Plan: { Preemptible: true, AtMostOnce: false } }
        && attempt.Task.Job.Plan.Priority < needs.Key.Priority;

    private static void Stop(PoolTurn turn, PoolAttempt victim)
    {
        victim.State = AttemptState.Stopping;
        victim.StopReason = "preempted";
        turn.Effects.Changed(victim.Task);
        turn.Effects.Control(victim, "stop", "preempted");
    }
}
