namespace Muster.Hub.Ledger.Prices;

/// <summary>What a task asked for: the most that it can be billed for.</summary>
/// <param name="MilliCpus">1,000 is one processor.</param>
/// <param name="TrafficBytes">The most that it may move over the network.</param>
internal sealed record TaskNeeds(int MilliCpus, long MemoryBytes = 0, int Gpus = 0, long TrafficBytes = 0);

/// <summary>What a node says that an attempt used.</summary>
/// <param name="MemoryMibSeconds">MiB of memory times seconds.</param>
internal sealed record TaskUsage(TimeSpan Wall, TimeSpan Cpu, long MemoryMibSeconds = 0, TimeSpan Gpu = default, long TrafficBytes = 0);

/// <summary>What an attempt costs, in micro-credits.</summary>
/// <param name="Base">The hub's part.</param>
/// <param name="Work">The part of the node's owner.</param>
internal sealed record TaskCost(long Base, long Work)
{
    public long Total => checked(Base + Work);
}
