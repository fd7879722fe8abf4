using Muster.Agents.Loop;

namespace Muster.Agents.Context;

/// <summary>How a model's window is shared out. What was asked for shrinks with a small window, so that some of it is always left.</summary>
internal sealed record ContextBudget(int Window, int Reserve, int KeepRecent)
{
    /// <summary>More than this calls for a compaction.</summary>
    public int Threshold => Window - Reserve;

    public static ContextBudget Of(AgentOptions options)
    {
        var reserve = Math.Min(options.ReserveTokens, options.ContextWindow / 4);
        return new ContextBudget(options.ContextWindow, reserve, Math.Min(options.KeepRecentTokens, (options.ContextWindow - reserve) / 2));
    }
}
