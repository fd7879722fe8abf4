using Muster.Hub.Ledger;
using Muster.Hub.Ledger.Prices;
using Muster.Protocol.Ids;
using Shouldly;
using Xunit;

namespace Muster.Tests.Hub.Ledger;

public sealed class LedgerBookTests : IDisposable
{
    private readonly MemoryLedger _ledger = new(new LedgerOptions { SignUpBonus = new Credits(100), RewardFee = new Share(100_000) });
    private readonly Id<User> _ann = Id<User>.New(TimeProvider.System);
    private readonly Id<User> _bob = Id<User>.New(TimeProvider.System);

    private LedgerBook Book => _ledger.Book;

    [Fact]
    public void Transfer_SameKeyAgain_MovesOnceAndGivesTheSameReceipt()
    {
        Give(_ann, 10);
        var order = Order("k", 4);

        var first = _ledger.Write(tx => Book.Transfer(tx, order));
        _ledger.Time.Advance(TimeSpan.FromDays(400));
        var again = _ledger.Write(tx => Book.Transfer(tx, order));

        again.ShouldBe(first with { Repeated = true });
        _ledger[LedgerAccounts.User(_bob)].ShouldBe((4, 0));
        foreach (var other in (LedgerOrder[])[order with { Micro = 5 }, order with { To = LedgerAccounts.Fee }, order with { Note = "x" }, order with { Kind = "gift" }])
        {
            Should.Throw<LedgerException>(() => _ledger.Write(tx => Book.Transfer(tx, other))).Code.ShouldBe("idempotency_conflict");
        }
    }

    [Fact]
    public void Transfer_SameKeyTwiceInOneCall_MovesOnce()
    {
        Give(_ann, 10);

        var outcomes = _ledger.Write(tx => Book.Transfer(tx, [Order("k", 4), Order("k", 4), Order("k", 5)]));

        outcomes[1].Receipt.ShouldBe(outcomes[0].Receipt);
        outcomes[2].Refusal!.Code.ShouldBe("idempotency_conflict");
        _ledger[LedgerAccounts.User(_bob)].ShouldBe((4, 0));
    }

    [Fact]
    public void Transfer_OneOfManyIsTooMuch_TheOthersAreDone()
    {
        Give(_ann, 10);

        var outcomes = _ledger.Write(tx => Book.Transfer(tx, [Order("a", 6), Order("b", 6), Order("c", 4)]));

        outcomes.Select(outcome => outcome.Refusal?.Code).ShouldBe([null, "insufficient_credits", null]);
        _ledger[LedgerAccounts.User(_ann)].ShouldBe((0, 0));
    }

    [Fact]
    public void Transfer_FeeOnTop_NeedsBoth()
    {
        Give(_ann, 10);

        Should.Throw<LedgerException>(() => _ledger.Write(tx => Book.Transfer(tx, Order("k", 10) with { Fee = 1 })));
        _ledger.Write(tx => Book.Transfer(tx, Order("k", 9) with { Fee = 1 })).Fee.ShouldBe(1);

        _ledger[LedgerAccounts.Fee].ShouldBe((1, 0));
        _ledger.Write(tx => Book.Transfer(tx, Order("k", 9) with { Fee = 1 })).Fee.ShouldBe(1);
        _ledger[LedgerAccounts.Fee].ShouldBe((1, 0));
    }

    [Fact]
    public void Issue_MoreThanThereCanBe_IsRefused()
    {
        Give(_ann, long.MaxValue);

        Should.Throw<LedgerException>(() => Give(_bob, 1)).Code.ShouldBe("too_large");
        _ledger.Write(tx => Book.Transfer(tx, Order("k", long.MaxValue)));
        _ledger.Write(tx => LedgerBook.Verify(tx)).ShouldBeEmpty();
    }

    [Fact]
    public void SignUp_Twice_GivesTheBonusOnceAndItCannotBeGivenAway()
    {
        _ledger.Write(tx => Book.SignUp(tx, _ann));
        _ledger.Write(tx => Book.SignUp(tx, _ann));

        _ledger[LedgerAccounts.Bonus(_ann)].ShouldBe((100, 0));
        Should.Throw<LedgerException>(() => _ledger.Write(tx => Book.Transfer(tx, Order("k", 1))));
    }

    [Fact]
    public void PayRewards_OfOneTurn_AreSummedBeforeTheFeeAndPaidOnce()
    {
        Give(_ann, 100);
        _ledger.Write(tx => Book.PlaceHold(tx, "job_1", _ann, 100));
        _ledger.Write(tx => Book.Capture(tx, [new("job_1", LedgerAccounts.Earnings(_bob), 30, LedgerKinds.Task, "turn 1")]));

        for (var turn = 0; turn < 2; turn++)
        {
            _ledger.Write(tx => Book.PayRewards(tx, [new Reward(_bob, 15, "turn 1"), new Reward(_bob, 14, "turn 1")]));
        }

        _ledger[LedgerAccounts.User(_bob)].ShouldBe((27, 0));
        _ledger[LedgerAccounts.Fee].ShouldBe((2, 0));
        _ledger[LedgerAccounts.Earnings(_bob)].ShouldBe((1, 0));
    }

    [Fact]
    public void PayRewards_MoreThanWasCaptured_PaysWhatThereIs()
    {
        Give(_ann, 20);
        _ledger.Write(tx => Book.PlaceHold(tx, "job_1", _ann, 20));
        _ledger.Write(tx => Book.Capture(tx, [new("job_1", LedgerAccounts.Earnings(_bob), 30, LedgerKinds.Task, "turn 1")]));

        _ledger.Write(tx => Book.PayRewards(tx, [new Reward(_bob, 30, "turn 1"), new Reward(_bob, 5, "turn 2")]));

        _ledger[LedgerAccounts.User(_bob)].ShouldBe((18, 0));
        _ledger[LedgerAccounts.Fee].ShouldBe((2, 0));
        _ledger[LedgerAccounts.Earnings(_bob)].ShouldBe((0, 0));
    }

    [Fact]
    public void CreditsInUse_OnlyOnceTwoHaveSomeOrSomethingCosts()
    {
        _ledger.Write(Book.CreditsInUse).ShouldBeFalse();
        Give(_ann, 10);
        _ledger.Write(tx => Book.SignUp(tx, _ann));
        _ledger.Write(Book.CreditsInUse).ShouldBeFalse();
        Give(_bob, 1);
        _ledger.Write(Book.CreditsInUse).ShouldBeTrue();

        using var priced = new MemoryLedger(new LedgerOptions { Prices = new PriceRates { GpuSecond = new Credits(1) } });
        priced.Write(priced.Book.CreditsInUse).ShouldBeTrue();
    }

    [Theory]
    [InlineData("update ledger_accounts set balance = balance + 1 where name = 'issuance'", "All accounts together")]
    [InlineData("update ledger_transfers set amount = amount + 1 where kind = 'transfer'", "its transfers add up to")]
    [InlineData("update ledger_accounts set held = 1 where name = 'fee'", "its open holds are 0")]
    [InlineData("update ledger_holds set rest = rest - 1", "its open holds are 2")]
    [InlineData("update ledger_holds set captured = captured - 1", "its transfers add up to 1")]
    [InlineData("delete from ledger_accounts where name = 'fee'", "Transfers name an account")]
    [InlineData("delete from ledger_transfers where kind = 'transfer'", "its transfers add up to")]
    public void Verify_AnythingTamperedWith_IsFound(string sql, string finding)
    {
        Give(_ann, 10);
        _ledger.Write(tx => Book.Transfer(tx, Order("k", 4) with { Fee = 2 }));
        _ledger.Write(tx => Book.PlaceHold(tx, "job_1", _ann, 4));
        _ledger.Write(tx => Book.Capture(tx, [new("job_1", LedgerAccounts.Base, 1, LedgerKinds.Task, "turn 1")]));
        _ledger.Write(tx => LedgerBook.Verify(tx)).ShouldBeEmpty();

        _ledger.Write(tx => tx.Execute(sql)).ShouldBeGreaterThan(0);

        _ledger.Write(tx => LedgerBook.Verify(tx)).ShouldContain(found => found.Contains(finding));
    }

    [Theory]
    [InlineData("update ledger_accounts set balance = -1 where name <> 'issuance'")]
    [InlineData("update ledger_accounts set held = balance + 1 where name <> 'issuance'")]
    [InlineData("insert into ledger_transfers (debit, credit, amount, kind, reference, note, actor, at) values (1, 2, 0, '', '', '', '', 0)")]
    public void Tables_BelowZero_RefuseIt(string sql)
    {
        Give(_ann, 10);

        Should.Throw<Microsoft.Data.Sqlite.SqliteException>(() => _ledger.Write(tx => tx.Execute(sql)));
    }

    public void Dispose() => _ledger.Dispose();

    private LedgerOrder Order(string key, long micro) => new(key, LedgerAccounts.User(_ann), LedgerAccounts.User(_bob), micro, LedgerKinds.Transfer);

    private void Give(Id<User> user, long micro) => _ledger.Write(tx => Book.Issue(tx, null, LedgerAccounts.User(user), micro, LedgerKinds.Grant));
}
