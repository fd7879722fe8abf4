using Muster.Agents.Messages;

namespace Muster.Agents.Providers.Spending;

/// <summary>What a model costs, in credits for a million tokens: so many micro-credits for each token.</summary>
/// <param name="Cached">Of what came from the provider's cache.</param>
public sealed record ModelPrice(decimal Input, decimal Output, decimal Cached)
{
    /// <summary>More than a credit for each token is a slip of the pen.</summary>
    public const decimal Most = 1_000_000;

    public bool IsFree => Input == 0 && Output == 0 && Cached == 0;

    /// <summary>A billion credits, in micro-credits: no call costs more, whatever its provider says.</summary>
    private const decimal Dearest = 1_000_000_000_000_000;

    /// <summary>What a call cost, in micro-credits; a part of one is dropped in favour of whoever pays.</summary>
    public long Of(Usage usage)
    {
        var cached = Math.Clamp(usage.CacheRead, 0, Math.Max(0, usage.Input));
        return (long)decimal.Floor(Math.Min(Dearest, (Math.Max(0, usage.Input) - cached) * Input + cached * Cached + Math.Max(0, usage.Output) * Output));
    }

    /// <summary>The most that so many tokens can cost, in whole micro-credits.</summary>
    public long AtMost(long input, long output) => (long)decimal.Ceiling(Math.Min(Dearest, input * Math.Max(Input, Cached) + output * Output));
}
