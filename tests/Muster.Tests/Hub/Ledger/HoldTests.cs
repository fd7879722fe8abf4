using Muster.Hub.Ledger;
using Muster.Hub.Ledger.Holds;
using Muster.Protocol.Ids;
using Shouldly;
using Xunit;

namespace Muster.Tests.Hub.Ledger;

public sealed class HoldTests : IDisposable
{
    private readonly MemoryLedger _ledger = new();
    private readonly Id<User> _ann = Id<User>.New(TimeProvider.System);
    private readonly Id<User> _bob = Id<User>.New(TimeProvider.System);

    private LedgerBook Book => _ledger.Book;

    [Fact]
    public void Place_BonusThere_TakesItFirst()
    {
        Give(own: 10, bonus: 4);

        var hold = _ledger.Write(tx => Book.PlaceHold(tx, "job_1", _ann, 6));

        (hold.BonusRest, hold.OwnRest).ShouldBe((4, 2));
        _ledger[LedgerAccounts.Bonus(_ann)].ShouldBe((4, 4));
        _ledger[LedgerAccounts.User(_ann)].ShouldBe((10, 2));
    }

    [Fact]
    public void Place_TooLittle_SaysWhatIsThereAndWhatToDo()
    {
        Give(own: 3_000_000, bonus: 1_000_000);
        _ledger.Write(tx => Book.PlaceHold(tx, "job_1", _ann, 2_500_000));

        var error = Should.Throw<LedgerException>(() => _ledger.Write(tx => Book.PlaceHold(tx, "job_2", _ann, 1_500_001)));

        error.Code.ShouldBe("insufficient_credits");
        error.Message.ShouldContain("1.500001 CPT");
        error.Message.ShouldContain("1.500000 CPT are free");
        error.Message.ShouldContain("2.500000 CPT more are held");
        error.Message.ShouldContain("ask the hub's owner");
    }

    [Fact]
    public void Place_SameKey_IsOneHoldAndOtherFieldsAreAConflict()
    {
        Give(own: 10);

        _ledger.Write(tx => Book.PlaceHold(tx, "job_1", _ann, 6));
        _ledger.Write(tx => Book.PlaceHold(tx, "job_1", _ann, 6));

        _ledger[LedgerAccounts.User(_ann)].ShouldBe((10, 6));
        Should.Throw<LedgerException>(() => _ledger.Write(tx => Book.PlaceHold(tx, "job_1", _ann, 1))).Code.ShouldBe("idempotency_conflict");
        Should.Throw<LedgerException>(() => _ledger.Write(tx => Book.PlaceHold(tx, "job_1", _bob, 6))).Code.ShouldBe("idempotency_conflict");
    }

    [Fact]
    public void Capture_MoreThanIsLeft_TakesWhatThereIs()
    {
        Give(own: 10);
        _ledger.Write(tx => Book.PlaceHold(tx, "job_1", _ann, 6));

        var first = _ledger.Write(tx => Book.Capture(tx, [Due(4, "turn 1")]));
        var second = _ledger.Write(tx => Book.Capture(tx, [Due(4, "turn 2")]));

        first.ShouldBe([new HoldRest("job_1", 4, 2)]);
        second.ShouldBe([new HoldRest("job_1", 2, 0)]);
        _ledger[LedgerAccounts.User(_ann)].ShouldBe((4, 0));
        _ledger[LedgerAccounts.Earnings(_bob)].ShouldBe((6, 0));
    }

    [Fact]
    public void Capture_ThousandTasksOfATurn_AreOneTransferPerHoldAndAccount()
    {
        Give(own: 10_000);
        _ledger.Write(tx => Book.PlaceHold(tx, "job_1", _ann, 5000));
        _ledger.Write(tx => Book.PlaceHold(tx, "job_2", _ann, 5000));

        _ledger.Write(tx => Book.Capture(tx, [.. Enumerable.Range(0, 1000).SelectMany(_ => (HoldCapture[])[Due(1, "turn 1"), Due(1, "turn 1") with { HoldKey = "job_2" }])]));

        _ledger.Write(tx => tx.Query<long>("select amount from ledger_transfers where kind = 'task' order by reference")).ShouldBe([1000, 1000]);
        _ledger[LedgerAccounts.Earnings(_bob)].ShouldBe((2000, 0));
    }

    [Fact]
    public void Capture_SameReferenceAgain_HappensOnce()
    {
        Give(own: 10);
        _ledger.Write(tx => Book.PlaceHold(tx, "job_1", _ann, 6));

        _ledger.Write(tx => Book.Capture(tx, [Due(4, "turn 1")]));
        _ledger.Write(tx => Book.Capture(tx, [Due(4, "turn 1")])).ShouldBe([new HoldRest("job_1", 0, 2)]);

        Should.Throw<LedgerException>(() => _ledger.Write(tx => Book.Capture(tx, [Due(3, "turn 1")]))).Code.ShouldBe("idempotency_conflict");
        _ledger[LedgerAccounts.Earnings(_bob)].ShouldBe((4, 0));
    }

    [Fact]
    public void Capture_ForThePayersOwnMachine_IsFree()
    {
        Give(own: 10);
        _ledger.Write(tx => Book.PlaceHold(tx, "job_1", _ann, 6));

        _ledger.Write(tx => Book.Capture(tx, [Due(4, "turn 1") with { ToAccount = LedgerAccounts.Earnings(_ann) }])).ShouldBe([new HoldRest("job_1", 0, 6)]);
    }

    [Fact]
    public void Release_Twice_GivesBackOnceAndNothingIsCapturedAfter()
    {
        Give(own: 10, bonus: 4);
        _ledger.Write(tx => Book.PlaceHold(tx, "job_1", _ann, 6));
        _ledger.Write(tx => Book.Capture(tx, [Due(5, "turn 1")]));

        _ledger.Write(tx => Book.Release(tx, ["job_1", "job_unknown"])).ShouldBe([new HoldRest("job_1", 1, 0)]);
        _ledger.Write(tx => Book.Release(tx, ["job_1"])).ShouldBeEmpty();

        _ledger[LedgerAccounts.User(_ann)].ShouldBe((9, 0));
        Should.Throw<LedgerException>(() => _ledger.Write(tx => Book.Capture(tx, [Due(1, "turn 2")]))).Message.ShouldContain("released");
        _ledger.Write(tx => LedgerBook.Verify(tx)).ShouldBeEmpty();
    }

    [Fact]
    public void Sweep_HoldWithoutItsJob_IsReleasedOnceItIsOldEnough()
    {
        Give(own: 10);
        _ledger.Write(tx => tx.Execute("create table works (id text primary key)"));
        _ledger.Write(tx => tx.Execute("insert into works values ('job_there')"));
        _ledger.Write(tx => Book.PlaceHold(tx, "job_there", _ann, 1));
        _ledger.Write(tx => Book.PlaceHold(tx, "job_gone", _ann, 2));
        _ledger.Write(tx => Book.PlaceHold(tx, "run_other", _ann, 3));
        var source = new HoldSource("job_", "select 1 from works where works.id = ledger_holds.key");
        var placed = _ledger.Time.GetUtcNow();

        _ledger.Write(tx => Book.Sweep(tx, source, placed)).ShouldBe(0);
        _ledger.Write(tx => Book.Sweep(tx, source, placed.AddSeconds(1))).ShouldBe(1);

        _ledger[LedgerAccounts.User(_ann)].ShouldBe((10, 4));
        _ledger.Write(tx => Book.Holds(tx, ["job_gone", "job_there"])).Where(hold => hold.Open).Select(hold => hold.Key).ShouldBe(["job_there"]);
    }

    public void Dispose() => _ledger.Dispose();

    private HoldCapture Due(long micro, string reference) => new("job_1", LedgerAccounts.Earnings(_bob), micro, LedgerKinds.Task, reference);

    private void Give(long own, long bonus = 0) => _ledger.Write(tx =>
    {
        Book.Issue(tx, null, LedgerAccounts.User(_ann), own, LedgerKinds.Grant);
        if (bonus > 0)
        {
            Book.Issue(tx, null, LedgerAccounts.Bonus(_ann), bonus, LedgerKinds.Bonus);
        }
    });
}
