using Muster.Hub.Jobs.Store;
using Muster.Protocol.Ids;
using Muster.Storage;

namespace Muster.Hub.Background;

/// <summary>Runs of which something goes on in the background, whether they have ended or not.</summary>
internal static class BackgroundRuns
{
    private const int TimeLength = 10;

    private const int MostCounted = 100;

    /// <summary>Background tasks of a conversation that go on; 100 at the most.</summary>
    public static int CountOf(Transaction tx, string conversation, string user) =>
        tx.Query<long>("select number from jobs where owner = @user and live = 1 order by number desc limit @MostCounted", new { user, MostCounted })
            .Count(number => PoolStore.Plan(tx, number)?.Background?.Conversation == conversation);

    public static bool GoesOn(Transaction tx, string run)
    {
        // The job of a call has its run's time in its id, which leaves few to look at.
        var begins = string.Concat(Job.Prefix, run.AsSpan(Run.Prefix.Length, TimeLength));
        return tx.Query<long>("select number from jobs where id >= @begins and id < @ends and live = 1", new { begins, ends = begins + "~" })
            .Any(number => PoolStore.Plan(tx, number)?.Background?.Run == run);
    }
}
