using Muster.Hub.Accounts;
using Muster.Hub.Accounts.Keys;
using Muster.Hub.Api;
using Muster.Hub.Chat.Runs;
using Muster.Hub.Ledger;
using Muster.Hub.Ledger.Holds;
using Muster.Protocol.Ids;
using Muster.Storage;

namespace Muster.Hub.Spending;

/// <summary>A call of a model that somebody has to pay for.</summary>
/// <param name="Call">Asked for again under the same name, it is the same call.</param>
/// <param name="Owner">Of the machine; null for a model of the hub.</param>
/// <param name="Own">The model is the user's own: nothing moves, and it counts against limits alone.</param>
internal sealed record SpendingAsk(Spender By, Id<User> User, string Call, string Model, long Micro, Id<User>? Owner, bool Own);

internal abstract record SpendingAnswer
{
    public sealed record Reserved : SpendingAnswer;

    /// <param name="Sentence">For what, and what lets it go on.</param>
    public sealed record Wait(string Sentence) : SpendingAnswer;

    public sealed record Refused(string Sentence) : SpendingAnswer;
}

/// <summary>
/// Sets the most that a call of a model can cost aside, settles what it did cost, and gives back what nobody settled. A spender makes one call at
/// a time: a new one says that the one before was cut off.
/// </summary>
internal sealed class SpendingDesk(LedgerBook ledger, KeyBudgets keys, SpendingWaits waits, SpendingSignal signal, People people)
{
    public const string HoldPrefix = "tokens_";

    /// <summary>Of a spender that asks once and is over with its hub's process.</summary>
    public const string PassingPrefix = "ask_";

    /// <summary>A billion credits: no call costs more, whatever its machine says.</summary>
    private const long Most = 1_000_000_000_000_000;

    public SpendingAnswer Reserve(Transaction tx, SpendingAsk ask)
    {
        LedgerSheet.Begin(tx, 0); // one after another, also where several hubs have one database
        if (SpendingCallStore.Find(tx, ask.Call) is { } known)
        {
            return known.RunId == ask.By.Id ? new SpendingAnswer.Reserved() : throw ApiException.Conflict("This call is another run's.");
        }

        CutOff(tx, ask.By.Id);
        ask = ask with { Micro = Math.Clamp(ask.Micro, 0, Most) };
        if (!ask.Own && ask.Micro > 0 && people.Get(ask.User.ToString()) is not { Rank: >= Role.Member })
        {
            return new SpendingAnswer.Refused($"A guest cannot spend credits, and the model {ask.Model} costs some: ask its owner, or ask on a machine whose model has no price.");
        }

        if (Shortage(tx, ask) is { } shortage)
        {
            return shortage.IsFinal ? new SpendingAnswer.Refused(shortage.Reason) : waits.Pause(tx, ask, shortage);
        }

        string? hold = null;
        if (!ask.Own && ask.Micro > 0 && ask.By.Task?.Held is null)
        {
            hold = HoldPrefix + ask.Call;
            try
            {
                if (!ledger.PlaceHold(tx, hold, ask.User, ask.Micro).Open)
                {
                    throw ApiException.Conflict("This call was settled before: a new one needs a name of its own.");
                }
            }
            catch (LedgerException missing) when (missing.Code == "insufficient_credits")
            {
                return waits.Pause(tx, ask, SpendingShortage.OfCredits(ask.User.ToString(), missing.Message));
            }
            catch (LedgerException refused)
            {
                throw ApiException.Conflict(refused.Message);
            }
        }

        Add(tx, ask, hold);
        SpendingWaits.Over(tx, ask.By.Id);
        return new SpendingAnswer.Reserved();
    }

    /// <summary>Once for each call; of a call that is not open nothing is taken.</summary>
    public void Settle(Transaction tx, string run, string call, long micro)
    {
        if (SpendingCallStore.Find(tx, call) is not { Settled: null } open || open.RunId != run)
        {
            return;
        }

        // What was not held is not taken from anybody: a machine cannot ask for more afterwards. One's own is counted as it is.
        var taken = Math.Clamp(micro, 0, open.Hold is null ? Most : open.Reserved);
        if (open.Hold is { } hold)
        {
            Pay(tx, open, hold, taken);
        }

        SpendingCallStore.Settle(tx, call, taken);
        foreach (var scope in SpendingCallStore.Scopes(tx, call))
        {
            if (Id<Key>.TryParse(scope, out _))
            {
                keys.Taken(tx, scope, taken, open.Covered);
            }
            else
            {
                SpendingLimits.Add(tx, scope, taken, open.Covered);
            }
        }

        tx.OnCommitted(signal.Changed);
    }

    /// <summary>A run is over: what it did not settle costs nothing, and it waits for nothing.</summary>
    public void Ended(Transaction tx, string run)
    {
        CutOff(tx, run);
        SpendingWaits.Over(tx, run);
        SpendingCallStore.Forget(tx, run);
        if (RunStore.Find(tx, run) is { } over)
        {
            foreach (var schedule in SpendingScopes.Of(tx, over).Schedules.Where(schedule => SpendingScopes.IsGone(tx, schedule)))
            {
                SpendingScopes.Removed(tx, schedule);
            }
        }
    }

    /// <summary>At a start: what a killed hub was about to ask, and limits that nothing is held to any more.</summary>
    public void Load(Transaction tx)
    {
        foreach (var spender in SpendingCallStore.SpendersOf(tx, PassingPrefix))
        {
            Ended(tx, spender);
        }

        SpendingScopes.Sweep(tx);
    }

    /// <summary>A conversation goes, and its runs with it.</summary>
    public void Forget(Transaction tx, string conversation)
    {
        foreach (var run in tx.Query<string>("select distinct c.run_id from spending_calls c join runs r on r.id = c.run_id where r.conversation_id = @conversation", new { conversation }))
        {
            Ended(tx, run);
        }

        SpendingLimits.Forget(tx, conversation);
    }

    private void Pay(Transaction tx, SpendingCallRow call, string hold, long taken)
    {
        var owner = call.Payee is { } payee ? Id<User>.Parse(payee) : (Id<User>?)null;
        if (taken > 0)
        {
            ledger.Capture(tx, [new HoldCapture(hold, owner is { } earning ? LedgerAccounts.Earnings(earning) : LedgerAccounts.Base, taken, LedgerKinds.Model, call.Id)]);
        }

        if (taken > 0 && owner is { } paid)
        {
            ledger.PayRewards(tx, [new Reward(paid, taken, hold)]);
        }

        ledger.Release(tx, [hold]);
    }

    private void CutOff(Transaction tx, string run)
    {
        foreach (var open in SpendingCallStore.Open(tx, run))
        {
            if (open.Hold is { } hold)
            {
                ledger.Release(tx, [hold]);
            }

            SpendingCallStore.Settle(tx, open.Id, 0);
            tx.OnCommitted(signal.Changed);
        }
    }

    /// <summary>What its job's hold has is counted there: on another's machine it is paid with the result, and on one's own it takes the place of what is held.</summary>
    private static void Add(Transaction tx, SpendingAsk ask, string? hold)
    {
        var held = ask.By.Task?.Held;
        SpendingCallStore.Add(
            tx,
            new SpendingCallRow { Id = ask.Call, RunId = ask.By.Id, Reserved = held is null ? ask.Micro : 0, Hold = hold, Payee = ask.Owner?.ToString(), Covered = ask.Own ? held : null },
            held is null || ask.Own ? ask.By.Scopes.All : []);
    }

    private SpendingShortage? Shortage(Transaction tx, SpendingAsk ask)
    {
        if (ask.By.Task is { Most: { } most } task && SpendingCallStore.Cost(tx, ask.By.Id) is var spent && ask.Micro > most - spent)
        {
            return SpendingShortage.OfLimit(task.Id, new SpendingState(most, spent));
        }

        if (ask.By.Task?.Held is not null)
        {
            return null; // it was looked at when the job was taken in
        }

        var scopes = ask.By.Scopes;
        foreach (var scope in scopes.Limited)
        {
            var state = SpendingLimits.Of(tx, scope);
            if (!state.Allows(ask.Micro))
            {
                return SpendingScopes.IsSchedule(scope) && SpendingScopes.IsGone(tx, scope)
                    ? SpendingShortage.Final("The schedule that this was for is gone, and what it might spend is spent. Ask for it anew.")
                    : SpendingShortage.OfLimit(scope, state);
            }
        }

        foreach (var key in scopes.Keys)
        {
            if (keys.Refusal(tx, key, ask.Micro) is { } refusal)
            {
                return refusal.IsFinal ? SpendingShortage.Final(refusal.Sentence) : SpendingShortage.OfKey(key, refusal.Sentence);
            }
        }

        return null;
    }
}
