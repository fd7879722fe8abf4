using Muster.Hub.Jobs.Pool;
using Muster.Hub.Ledger;
using Muster.Hub.Ledger.Holds;
using Muster.Hub.Ledger.Prices;
using Muster.Hub.Spending;
using Muster.Hub.Spending.Tasks;
using Muster.Storage;

namespace Muster.Hub.Jobs;

/// <summary>What a turn means for people's credits, in the turn's own transaction: sums per account, so that it costs the same for one task as for a thousand.</summary>
internal sealed class PoolBooks(LedgerBook ledger, PriceBook prices, SpendingDesk spending)
{
    private long _turn;

    public void Write(Transaction tx, long epoch, PoolEffects effects)
    {
        TaskSpending.Over(tx, spending, effects);
        if (effects.Charges.Count == 0 && effects.Settled.Count == 0)
        {
            return;
        }

        var reference = $"pool:{epoch}.{++_turn}";
        var captures = effects.Charges.Select(charge => Capture(charge, reference)).OfType<HoldCapture>().ToList();
        if (captures.Count > 0)
        {
            ledger.Capture(tx, captures);
        }

        var returns = effects.Charges.Where(charge => charge.Kind == ChargeKind.Refund)
            .Select(charge => new HoldReturn(charge.Attempt.Task.Job.HoldKey, LedgerAccounts.Earnings(charge.Attempt.Owner), charge.Micro, reference)).ToList();
        if (returns.Count > 0)
        {
            ledger.GiveBack(tx, returns);
        }

        var rewards = effects.Charges.Where(charge => charge.Kind is ChargeKind.Earn or ChargeKind.PayOut)
            .Select(charge => new Reward(charge.Attempt.Owner, charge.Micro, reference)).ToList();
        if (rewards.Count > 0)
        {
            ledger.PayRewards(tx, rewards);
        }

        var settled = effects.Settled.Where(job => job.HoldMicro > 0).Select(job => job.HoldKey).ToList();
        if (settled.Count > 0)
        {
            ledger.Release(tx, settled);
        }
    }

    /// <summary>The price of an attempt by the list that its job was submitted under.</summary>
    public (long Base, long Node) Meter(JobPlan job, StepPlan step, AttemptUse use, double leaseSeconds, long factor)
    {
        var cost = prices.Of(job.Prices).Meter(
            new TaskUsage(
                TimeSpan.FromSeconds(use.WallSeconds), TimeSpan.FromSeconds(use.CpuSeconds), (long)((use.PeakMemoryBytes >> 20) * use.WallSeconds),
                TimeSpan.FromSeconds(use.GpuSeconds), use.BytesIn + use.BytesOut),
            NeedsOf(step), TimeSpan.FromSeconds(step.TimeoutSeconds), TimeSpan.FromSeconds(leaseSeconds), (int)Math.Min(factor, int.MaxValue));
        return (cost.Base, cost.Work + Math.Min(use.ModelMicro, step.MaxModelMicro ?? 0));
    }

    /// <summary>The most that a plan can cost when nothing is tried twice.</summary>
    public static long Quote(PriceList prices, JobPlan plan) => plan.Steps.Aggregate(
        0L,
        (sum, step) => checked(sum + prices.Quote(
            NeedsOf(step), TimeSpan.FromSeconds(step.TimeoutSeconds), (long)step.Count * step.Copies, (int)Math.Max(PriceList.PlainFactor, step.Needs.MaxPrice))));

    /// <summary>What the models of its agents may cost on other people's machines.</summary>
    public static long QuoteModels(JobPlan plan) => plan.Steps.Aggregate(0L, (sum, step) => checked(sum + (step.ModelsHeld ? step.MaxModelMicro ?? 0 : 0) * step.Count * step.Copies));

    private static HoldCapture? Capture(Charge charge, string reference) => charge.Kind switch
    {
        ChargeKind.Base => new HoldCapture(charge.Attempt.Task.Job.HoldKey, LedgerAccounts.Base, charge.Micro, LedgerKinds.Task, reference),
        ChargeKind.Earn or ChargeKind.Escrow => new HoldCapture(
            charge.Attempt.Task.Job.HoldKey, LedgerAccounts.Earnings(charge.Attempt.Owner), charge.Micro, LedgerKinds.Task, reference),
        _ => null,
    };

    private static TaskNeeds NeedsOf(StepPlan step) => new(
        (int)Math.Ceiling(step.Needs.Cpu * 1000), step.Needs.MemoryBytes, step.Needs.Gpu, step.Needs.Network.Count > 0 ? NetworkBytes : 0);

    /// <summary>Traffic that is billed at most, for a task that may use the network.</summary>
    private const long NetworkBytes = 10L << 30;
}
