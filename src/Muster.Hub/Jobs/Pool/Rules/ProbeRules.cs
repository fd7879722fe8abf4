using Muster.Hub.Jobs.Probes;

namespace Muster.Hub.Jobs.Pool.Rules;

/// <summary>
/// What an answer says that the hub knew beforehand. A wrong one counts as a mismatch does. A right one counts for nothing: BOINC's streak
/// is of results that others confirmed, and who can tell these tasks from others could earn trust by them alone.
/// </summary>
internal static class ProbeRules
{
    public static void Judge(PoolTurn turn, PoolAttempt attempt, ProbePlan probe)
    {
        if (!probe.IsRight(attempt.End!))
        {
            TrustRules.Checked(turn, attempt.Node, right: false);
            turn.Effects.Wrong.Add(attempt.Node);
        }
    }
}
