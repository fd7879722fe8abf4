using Muster.Protocol.Ids;
using Muster.Storage;

namespace Muster.Hub.Ledger;

/// <param name="Reference">What it is paid for, such as a turn of the pool; the same one is not paid twice.</param>
internal sealed record Reward(Id<User> User, long Micro, string Reference);

/// <summary>One call of paying owners of machines: sums what belongs together, so that the hub's share is rounded once.</summary>
internal sealed class RewardRun
{
    private readonly List<Reward> _due;
    private readonly IReadOnlyDictionary<string, LedgerRow> _known;
    private readonly LedgerSheet _sheet;

    public RewardRun(Transaction tx, IReadOnlyList<Reward> rewards)
    {
        _due =
        [
            .. rewards.Where(reward => reward.Micro > 0).GroupBy(reward => (reward.User, reward.Reference))
                .Select(same => new Reward(same.Key.User, same.Aggregate(0L, (sum, reward) => checked(sum + reward.Micro)), same.Key.Reference)),
        ];
        _sheet = LedgerSheet.Begin(tx, 2 * _due.Count);
        _known = LedgerStore.ByKey(tx, [.. _due.SelectMany(reward => (string[])[KeyOf(reward), FeeKeyOf(reward)])]);
        _sheet.Read([.. _due.SelectMany(reward => (string[])[LedgerAccounts.Earnings(reward.User), LedgerAccounts.User(reward.User)]), LedgerAccounts.Fee]);
    }

    public void Do(Share share, DateTimeOffset at)
    {
        foreach (var reward in _due.Where(reward => !_known.ContainsKey(KeyOf(reward)) && !_known.ContainsKey(FeeKeyOf(reward))))
        {
            var earnings = _sheet[LedgerAccounts.Earnings(reward.User)];
            var paid = Math.Min(reward.Micro, earnings.Free);
            var fee = share.Of(paid);
            Move(KeyOf(reward), earnings, LedgerAccounts.User(reward.User), paid - fee, LedgerKinds.Reward, reward.Reference);
            Move(FeeKeyOf(reward), earnings, LedgerAccounts.Fee, fee, LedgerKinds.Fee, reward.Reference);
        }

        _sheet.Save(at);
    }

    private void Move(string key, LedgerAccount from, string to, long micro, string kind, string reference)
    {
        if (micro > 0)
        {
            _sheet.Add(new LedgerEntry(key, from, _sheet[to], micro, kind) { Reference = reference });
        }
    }

    private static string KeyOf(Reward reward) => $"reward:{reward.User}:{reward.Reference}";

    private static string FeeKeyOf(Reward reward) => "fee:" + KeyOf(reward);
}
