namespace Muster.Agents.Messages;

/// <summary>Tokens of one or more model calls. <paramref name="Input"/> includes what came from the provider's cache.</summary>
public sealed record Usage(long Input, long Output, long CacheRead = 0, long CacheWrite = 0)
{
    public static Usage None { get; } = new(0, 0);

    public static Usage operator +(Usage a, Usage b) =>
        new(a.Input + b.Input, a.Output + b.Output, a.CacheRead + b.CacheRead, a.CacheWrite + b.CacheWrite);
}
