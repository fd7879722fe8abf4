namespace Muster.Agents.Providers.Spending;

/// <summary>Whoever pays for what priced models answer in one run. A machine asks its hub, the hub looks into its own books, a task has a limit of its own.</summary>
public interface ITokenPurse
{
    /// <summary>Sets the most that a call can cost aside. Waits where a limit does not allow it now; <paramref name="abort"/> ends that.</summary>
    /// <returns>What <see cref="SettleAsync"/> names this call by.</returns>
    /// <exception cref="SpendingRefusedException">It will not be allowed.</exception>
    Task<string> ReserveAsync(string model, long micro, CancellationToken abort);

    /// <summary>What the call did cost; the rest is free again. Returns once that cannot be lost.</summary>
    Task SettleAsync(string call, long micro);
}

/// <summary>The run may not spend what its next call needs; the message is for a person.</summary>
public sealed class SpendingRefusedException(string message) : Exception(message);
