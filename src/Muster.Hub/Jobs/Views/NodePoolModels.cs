namespace Muster.Hub.Jobs.Views;

/// <param name="Gate">open, cordoned or draining.</param>
/// <param name="Closed">Why it takes no new task now; null: it does.</param>
/// <param name="Running">Tasks that it holds.</param>
/// <param name="Trust">new, probation, trusted or suspended.</param>
/// <param name="Streak">Results in a row that were found right.</param>
/// <param name="Why">A sentence about the trust.</param>
/// <param name="CpuScore">As the hub measured it; about 1,000 for a core of a desktop. 0: not measured.</param>
public sealed record NodePoolModel(
    string Node,
    string Name,
    string Gate,
    string? Closed,
    int Running,
    string Trust,
    int Streak,
    string Why,
    double CpuScore,
    DateTimeOffset? MeasuredAt,
    OfferModel Offer);

/// <summary>What it gives to the pool in all.</summary>
/// <param name="Price">So many times the hub's list.</param>
/// <param name="NoSandbox">Its owner's tasks of isolation none run on the machine itself.</param>
public sealed record OfferModel(
    int Slots, double Cpus, long MemoryBytes, long DiskBytes, int Gpus, string Location, double Price, IReadOnlyDictionary<string, string> Labels,
    bool NoSandbox);

/// <param name="Gate">open, cordoned or draining.</param>
public sealed record GateRequest(string? Gate);

/// <param name="Level">new, probation, trusted or suspended.</param>
public sealed record TrustRequest(string? Level);
