using Muster.Hub.Ledger;
using Muster.Hub.Ledger.Holds;
using Muster.Protocol.Ids;
using Muster.Storage;

namespace Muster.Tests.Hub.Ledger;

/// <summary>Something to do, to the ledger and to its model alike.</summary>
/// <param name="OnModel">Returns false when it must be refused.</param>
internal sealed record LedgerDeed(string Kind, object Fields, Action<LedgerBook, Transaction> OnBook, Func<LedgerModel, bool> OnModel);

/// <summary>Deeds by chance: small amounts, few people and few keys, so that they collide.</summary>
internal sealed class LedgerWorkload(Random random, IReadOnlyList<Id<User>> users)
{
    private int _orders;
    private int _holds;

    public LedgerModel Model { get; set; } = new();

    public LedgerDeed Next() => (_orders, random.Next(14)) switch
    {
        (0, _) => Everyone(),
        (_, 0) => Issue(),
        (_, 1 or 2 or 3) => Transfers(),
        (_, 4 or 5 or 6) => Place(),
        (_, 7 or 8 or 9) => Capture(),
        (_, 10) => Release(),
        _ => Pay(),
    };

    private LedgerDeed Everyone()
    {
        var orders = users.Select(user => new LedgerOrder(Key(), LedgerAccounts.Issuance, LedgerAccounts.User(user), 40, LedgerKinds.Grant)).ToList();
        return new LedgerDeed("issue", orders, (book, tx) => book.Transfer(tx, orders), model => orders.TrueForAll(model.Transfer));
    }

    private LedgerDeed Issue()
    {
        var user = User();
        var order = new LedgerOrder(Key(), LedgerAccounts.Issuance, random.Next(3) == 0 ? LedgerAccounts.Bonus(user) : LedgerAccounts.User(user), 2 * Amount(), LedgerKinds.Grant);
        return new LedgerDeed("issue", order, (book, tx) => book.Transfer(tx, order), model => model.Transfer(order));
    }

    private LedgerDeed Transfers()
    {
        var orders = Enumerable.Range(0, random.Next(1, 4))
            .Select(_ => new LedgerOrder(Key(), LedgerAccounts.User(User()), LedgerAccounts.User(User()), Amount(), LedgerKinds.Transfer) { Fee = random.Next(3) })
            .Where(order => order.From != order.To)
            .ToList();
        return new LedgerDeed(
            "transfer", orders,
            (book, tx) => Refused(book.Transfer(tx, orders)),
            model => !orders.Select(model.Transfer).ToList().Contains(false));
    }

    private LedgerDeed Place()
    {
        var (key, user, micro) = (random.Next(4) == 0 ? Hold() : "job_" + ++_holds, User(), Amount());
        return new LedgerDeed("hold", (key, user, micro), (book, tx) => book.PlaceHold(tx, key, user, micro), model => model.Place(key, user, micro));
    }

    private LedgerDeed Capture()
    {
        var hold = Hold();
        var captures = Enumerable.Range(0, random.Next(1, 4))
            .Select(_ => new HoldCapture(hold, To(), random.Next(8), LedgerKinds.Task, $"turn {_orders++}"))
            .ToList();
        captures.Add(captures[0] with { HoldKey = random.Next(3) == 0 ? Hold() : hold }); // mostly a part of the same transfer
        return new LedgerDeed("capture", captures, (book, tx) => book.Capture(tx, captures), model => model.Capture(captures));
    }

    private LedgerDeed Release()
    {
        string[] keys = [Hold(), "job_unknown"];
        return new LedgerDeed("release", keys, (book, tx) => book.Release(tx, keys), model =>
        {
            model.Release(keys);
            return true;
        });
    }

    private LedgerDeed Pay()
    {
        var (user, micro, reference) = (Earner(), (long)random.Next(1, 6), $"turn {_orders++}");
        return new LedgerDeed("pay", (user, micro, reference), (book, tx) => book.PayRewards(tx, [new Reward(user, micro, reference)]), model =>
        {
            model.Pay(user, micro, reference);
            return true;
        });
    }

    private static void Refused(IReadOnlyList<LedgerOutcome> outcomes)
    {
        if (outcomes.FirstOrDefault(outcome => outcome.Refusal is not null) is { Refusal: { } refusal })
        {
            throw refusal;
        }
    }

    private string To() => random.Next(5) switch { 0 => LedgerAccounts.Fee, 1 => LedgerAccounts.Base, _ => LedgerAccounts.Earnings(User()) };

    private Id<User> User() => users[random.Next(users.Count)];

    /// <summary>Mostly one that is open, else one that is closed or was never placed.</summary>
    private string Hold() => Model.Holds.Where(hold => hold.Value.Open).Select(hold => hold.Key).ToList() is { Count: > 0 } open && random.Next(5) > 0
        ? open[random.Next(open.Count)]
        : "job_" + random.Next(_holds + 1);

    /// <summary>Mostly one who has earned something.</summary>
    private Id<User> Earner() => users.Where(user => Model.Free(LedgerAccounts.Earnings(user)) > 0).ToList() is { Count: > 0 } earners && random.Next(4) > 0
        ? earners[random.Next(earners.Count)]
        : User();

    private string Key() => $"key {_orders++}";

    private long Amount() => random.Next(1, 20);
}
