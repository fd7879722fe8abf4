using Muster.Hub.Ledger;
using Muster.Hub.Ledger.Holds;
using Muster.Protocol.Ids;
using Muster.Storage;
using Shouldly;
using Xunit;

namespace Muster.Tests.Hub.Ledger;

/// <summary>
/// Work by chance, from a seed: with each commit lost, or made and its answer lost, or repeated. After every commit the ledger must prove
/// itself and agree with the model. A failure names its seed and commit.
/// </summary>
public sealed class LedgerSimulationTests
{
    private const int Seeds = 1000;
    private const int Deeds = 15;
    private static readonly IReadOnlyList<Id<User>> _users = [.. Enumerable.Range(0, 3).Select(_ => Id<User>.New(TimeProvider.System))];

    private readonly Dictionary<string, int> _counts = new(StringComparer.Ordinal);

    [Fact]
    public void Ledger_ThousandSeeds_KeepsItsPromisesAtEveryCommit()
    {
        using var ledger = new MemoryLedger();
        for (var seed = 0; seed < Seeds; seed++)
        {
            ledger.Forget();
            Run(ledger, seed);
        }

        // Else it would show little.
        ((string[])["issue done", "transfer done", "hold done", "capture done", "release done", "pay done", "transfer refused", "hold refused", "capture refused", "capture crash"])
            .Where(what => _counts.GetValueOrDefault(what) < 100).ShouldBeEmpty();
    }

    private void Run(MemoryLedger ledger, int seed)
    {
        var random = new Random(seed);
        var workload = new LedgerWorkload(random, _users);
        var (model, done, proof) = (new LedgerModel(), new List<LedgerDeed>(), new LedgerProof());
        for (var commit = 0; commit < Deeds; commit++)
        {
            var repeats = done.Count > 0 && random.Next(4) == 0;
            var deed = repeats ? done[random.Next(done.Count)] : workload.Next();
            var expected = model.Copy();
            var what = deed.OnModel(expected) ? (random.Next(5) == 0 ? "crash" : "done") : "refused";
            var at = new Place(seed, commit, repeats, deed);
            Count($"{deed.Kind} {what}");
            if (Happens(ledger, deed, what) is var happened && happened != what)
            {
                Assert.Fail($"{at}: {happened} in place of {what}.");
            }

            if (what == "done")
            {
                done.Add(deed);
                workload.Model = model = repeats ? Unchanged(model, expected, at) : expected;
            }

            ledger.Write(tx => Agree(tx, model, proof, at));
        }

        ledger.Write(tx => LedgerBook.Verify(tx)).ShouldBeEmpty($"seed {seed}");
    }

    /// <summary>A process that dies before the commit leaves nothing, and whoever asked it may ask again.</summary>
    private static string Happens(MemoryLedger ledger, LedgerDeed deed, string what)
    {
        try
        {
            ledger.Write(tx =>
            {
                deed.OnBook(ledger.Book, tx);
                if (what == "crash")
                {
                    throw new CrashException();
                }
            });
            return "done";
        }
        catch (LedgerException)
        {
            return "refused";
        }
        catch (CrashException)
        {
            return "crash";
        }
    }

    private void Count(string what) => _counts[what] = _counts.GetValueOrDefault(what) + 1;

    /// <summary>What was done once is not done twice; a release is again one of holds that were placed since, and a reward that found nothing may find some.</summary>
    private static LedgerModel Unchanged(LedgerModel before, LedgerModel after, Place at)
    {
        if (at.Deed.Kind is not ("release" or "pay"))
        {
            Same([.. after.Balances], before.Balances, at);
            Same([.. after.Holds], before.Holds, at);
        }

        return after;
    }

    private static void Agree(Transaction tx, LedgerModel model, LedgerProof proof, Place at)
    {
        Same(proof.Check(tx), [], at);
        Same(
            tx.Query<(string Name, long Balance, long Held)>("select name, balance, held from ledger_accounts where balance <> 0 or held <> 0"),
            model.Balances.Where(account => account.Value != 0).Select(account => (account.Key, account.Value, model.Held(account.Key))), at);
        Same(
            tx.Query<(string Key, long Own, long Bonus, bool Open)>("select key, rest, bonus_rest, closed_at is null from ledger_holds"),
            model.Holds.Select(hold => (hold.Key, hold.Value.Own, hold.Value.Bonus, hold.Value.Open)), at);
    }

    private static void Same<T>(IReadOnlyList<T> stored, IEnumerable<T> expected, Place at)
    {
        var sorted = expected.OrderBy(Text).ToList();
        if (!stored.OrderBy(Text).SequenceEqual(sorted))
        {
            stored.OrderBy(Text).ToList().ShouldBe(sorted, at.ToString()); // writes both out: too slow for every commit
        }
    }

    private static string Text<T>(T item) => item!.ToString()!;

    private sealed record Place(int Seed, int Commit, bool Again, LedgerDeed Deed)
    {
        public override string ToString() => $"seed {Seed}, commit {Commit}:{(Again ? " again" : "")} {Deed.Kind} {(Deed.Fields is System.Collections.IEnumerable items ? string.Join(", ", items.Cast<object>()) : Deed.Fields)}";
    }

    private sealed class CrashException : Exception;
}
