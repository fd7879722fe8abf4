using Muster.Hub;
using Muster.Hub.Ledger;
using Muster.Hub.Ledger.Holds;
using Muster.Protocol.Ids;

namespace Muster.Bench.Ledger;

/// <summary>What the pool asks of the ledger: turns that each pay for many tasks of some jobs, and their machines' owners.</summary>
internal static class LedgerTurns
{
    public static async Task RunAsync(int turns, int tasks, int jobs)
    {
        var home = Directory.CreateTempSubdirectory("muster-bench-").FullName;
        await using (var database = await HubHost.OpenAsync(new HubOptions { Home = home }))
        {
            var book = new LedgerBook(new LedgerOptions { RewardFee = new Share(50_000) }, TimeProvider.System);
            var (owner, payers) = (Id<User>.New(TimeProvider.System), Enumerable.Range(0, jobs).Select(_ => Id<User>.New(TimeProvider.System)).ToList());
            await database.WriteAsync(tx =>
            {
                for (var job = 0; job < jobs; job++)
                {
                    book.Issue(tx, null, LedgerAccounts.User(payers[job]), 1_000 * Credits.PerCpt, LedgerKinds.Grant);
                    book.PlaceHold(tx, $"job_{job}", payers[job], 1_000 * Credits.PerCpt);
                }
            });

            var inside = TimeSpan.Zero;
            var began = TimeProvider.System.GetTimestamp();
            for (var turn = 0; turn < turns; turn++)
            {
                var reference = $"turn {turn}";
                var captures = Enumerable.Range(0, tasks).Select(task => new HoldCapture($"job_{task % jobs}", LedgerAccounts.Earnings(owner), 3, LedgerKinds.Task, reference)).ToList();
                await database.WriteAsync(tx =>
                {
                    var started = TimeProvider.System.GetTimestamp();
                    book.Capture(tx, captures);
                    book.PayRewards(tx, [new Reward(owner, 3L * tasks, reference)]);
                    inside += TimeProvider.System.GetElapsedTime(started);
                });
            }

            Console.WriteLine(
                $"{turns} turns of {tasks} tasks of {jobs} jobs, in one process: {inside.TotalMilliseconds / turns:0.00} ms of the writer each, "
                + $"{turns * tasks / TimeProvider.System.GetElapsedTime(began).TotalSeconds:0} tasks/s with a commit per turn");
        }

        Directory.Delete(home, recursive: true);
    }
}
