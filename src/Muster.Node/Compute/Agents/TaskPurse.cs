using System.Globalization;
using Muster.Agents.Providers.Spending;

namespace Muster.Node.Compute.Agents;

/// <summary>The purse of a task: what its models may cost was set aside with its job, and is settled with its result.</summary>
/// <param name="most">Micro-credits; null: all they cost.</param>
internal sealed class TaskPurse(ulong? most) : ITokenPurse
{
    private long _spent;

    public long Spent => Interlocked.Read(ref _spent);

    public Task<string> ReserveAsync(string model, long micro, CancellationToken abort) => most is { } limit && Spent + (decimal)micro > limit
        ? throw new SpendingRefusedException(
            $"Spending limit: the models of this task may cost {Cpt(limit)} CPT, {Cpt(Spent)} of them are spent, and the next answer of {model} may cost up to {Cpt(micro)}. Submit it with a larger max_model_cpt.")
        : Task.FromResult("");

    public Task SettleAsync(string call, long micro)
    {
        Interlocked.Add(ref _spent, micro);
        return Task.CompletedTask;
    }

    private static string Cpt(decimal micro) => (micro / 1_000_000).ToString("0.000000", CultureInfo.InvariantCulture);
}
