namespace Muster.Client.Workers;

public sealed record WorkerOptions
{
    /// <summary>Begins the name under which the hub lists this program.</summary>
    public string Name { get; init; } = "worker";

    /// <summary>Handlers that run at once.</summary>
    public int Concurrency { get; init; } = Environment.ProcessorCount;

    /// <summary>Tasks that are taken ahead, so that handlers never wait for the network. 0 for long tasks that others could do meanwhile.</summary>
    public int Prefetch { get; init; } = 1000;

    internal void Check()
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(Name);
        ArgumentOutOfRangeException.ThrowIfLessThan(Concurrency, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Concurrency, 1000);
        ArgumentOutOfRangeException.ThrowIfNegative(Prefetch);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Prefetch, 5000);
    }
}
