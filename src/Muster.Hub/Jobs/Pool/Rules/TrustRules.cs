namespace Muster.Hub.Jobs.Pool.Rules;

/// <summary>How a node's level moves with what was found out about its results.</summary>
internal static class TrustRules
{
    public static void Checked(PoolTurn turn, PoolNode node, bool right)
    {
        node.Streak = right ? node.Streak + 1 : 0;
        var level = node.Trust switch
        {
            TrustLevel.Suspended => TrustLevel.Suspended, // only its owner or an admin lifts that
            _ when !right => TrustLevel.Probation,
            TrustLevel.New or TrustLevel.Probation when node.Streak >= turn.Settings.TrustedStreak => TrustLevel.Trusted,
            _ => node.Trust,
        };
        if (level != node.Trust)
        {
            node.Trust = level;
            if (level == TrustLevel.Probation)
            {
                turn.Effects.Wrong.Add(node);
            }

            node.Meets.Clear();
        }

        turn.Effects.Trust.Add(node);
    }
}
