using Muster.Agents.Messages;

namespace Muster.Agents.Loop;

/// <summary>Whether and when a failed model call is tried again.</summary>
internal static class RetryPolicy
{
    /// <summary>A server that asks for more than this is better left to the person.</summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(60);

    /// <param name="attempt">The number of the try that failed, from 1.</param>
    /// <returns>How long to wait, or null to give up.</returns>
    public static TimeSpan? DelayAfter(AssistantMessage failed, int attempt, IReadOnlyList<TimeSpan> delays)
    {
        if (failed.StopReason != StopReason.Error
            || failed.Failure is not { Kind: ModelFailureKind.Transient } failure
            || attempt > delays.Count
            || failure.RetryAfter > LongestWait)
        {
            return null;
        }

        var delay = delays[attempt - 1];
        return failure.RetryAfter is { } asked && asked > delay ? asked : delay;
    }
}
