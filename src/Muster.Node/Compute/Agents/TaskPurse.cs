using Muster.Agents.Providers.Spending;

namespace Muster.Node.Compute.Agents;

/// <summary>The purse of a task: what its models cost is told with its result.</summary>
/// <param name="limited">That of a task for which a limit holds; null: it may spend what it wants.</param>
internal sealed class TaskPurse(ITokenPurse? limited) : ITokenPurse
{
    private long _spent;

    public long Spent => Interlocked.Read(ref _spent);

    public Task<string> ReserveAsync(string model, long micro, CancellationToken abort) => limited?.ReserveAsync(model, micro, abort) ?? Task.FromResult("");

    public Task SettleAsync(string call, long micro)
    {
        Interlocked.Add(ref _spent, micro);
        return limited?.SettleAsync(call, micro) ?? Task.CompletedTask;
    }
}
