namespace Muster.Hub.Jobs.Pool.Rules;

/// <summary>The room that attempts take on their nodes.</summary>
internal static class Reservation
{
    public static void Take(PoolTurn turn, PoolAttempt attempt) => Change(turn, attempt, take: true);

    public static void GiveBack(PoolTurn turn, PoolAttempt attempt) => Change(turn, attempt, take: false);

    /// <summary>After a start: the node is not there yet, and its attempts count already.</summary>
    public static void Restore(PoolAttempt attempt) => Count(attempt, take: true);

    private static void Change(PoolTurn turn, PoolAttempt attempt, bool take)
    {
        if (attempt.Reserved == take)
        {
            return;
        }

        Count(attempt, take);
        turn.State.Free.Update(attempt.Node);
        if (!take)
        {
            turn.Freed.Add(attempt.Node);
            turn.Effects.Ended.Add(new AttemptName(attempt.Task.Job.Number, attempt.Task.Index, attempt.Number));
        }
    }

    private static void Count(PoolAttempt attempt, bool take)
    {
        attempt.Reserved = take;
        var (node, needs, sign) = (attempt.Node, attempt.Task.Step.Plan.Needs, take ? 1 : -1);
        node.SlotsUsed += sign;
        if (!node.Terms.FunctionsOnly)
        {
            node.CpusUsed += sign * needs.Cpu;
            node.MemoryUsed += sign * needs.MemoryBytes;
            node.DiskUsed += sign * needs.DiskBytes;
            node.GpusUsed += sign * needs.Gpu;
        }

        if (take)
        {
            node.Attempts.Add(attempt);
        }
        else
        {
            node.Attempts.Remove(attempt);
        }
    }
}
