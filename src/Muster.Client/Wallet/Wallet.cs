using System.Text.Json.Serialization;

namespace Muster.Client.Wallet;

/// <summary>What the signed-in user has, in CPT.</summary>
/// <param name="Balance">May be spent or given away now.</param>
/// <param name="Held">Set aside for jobs and models; what they do not use comes back.</param>
/// <param name="Bonus">Pays for jobs, before the balance; cannot be given away.</param>
/// <param name="Earned">All that the user's machines were ever paid.</param>
/// <param name="InUse">False while nothing costs anything and nobody else has credits.</param>
public sealed record WalletInfo(
    [property: JsonConverter(typeof(CreditsAsText))] decimal Balance,
    [property: JsonConverter(typeof(CreditsAsText))] decimal Held,
    [property: JsonConverter(typeof(CreditsAsText))] decimal Bonus,
    [property: JsonConverter(typeof(CreditsAsText))] decimal Earned,
    bool InUse);

/// <summary>One movement of the user's credits.</summary>
/// <param name="Kind"><c>grant</c>, <c>bonus</c>, <c>transfer</c>, <c>task</c>, <c>model</c>, <c>return</c>, <c>reward</c> or <c>fee</c>.</param>
/// <param name="Amount">Below zero for what went out.</param>
/// <param name="With">The user on the other side; null for the hub.</param>
/// <param name="Bonus">It moved the bonus, not the balance.</param>
/// <param name="Reference">What it was for, such as a job.</param>
public sealed record WalletEntry(
    long Number, DateTimeOffset At, string Kind, [property: JsonConverter(typeof(CreditsAsText))] decimal Amount, string? With, bool Bonus, string? Reference, string? Note);

/// <param name="To">A user's name or id.</param>
/// <param name="Amount">CPT, above zero, with at most six decimals.</param>
public sealed record TransferLine(string To, [property: JsonConverter(typeof(CreditsAsText))] decimal Amount, string? Note = null);

/// <summary>A transfer that was done.</summary>
/// <param name="Fee">What the sender paid on top.</param>
public sealed record TransferInfo(
    long Number, DateTimeOffset At, string To, [property: JsonConverter(typeof(CreditsAsText))] decimal Amount, [property: JsonConverter(typeof(CreditsAsText))] decimal Fee, string? Note);

/// <summary>What became of one transfer of many: one of both.</summary>
public sealed record TransferResult(TransferInfo? Transfer, TransferRefusal? Error);

/// <param name="Code">Stable, as <see cref="MusterException.Code"/>.</param>
public sealed record TransferRefusal(string Code, string Detail, IReadOnlyList<FieldProblem> Errors);

/// <summary>What things cost, in CPT per unit.</summary>
/// <param name="Version">Goes up by one whenever a price changes.</param>
/// <param name="Task">Each task that ran.</param>
/// <param name="RewardFee">The part of each reward that the hub keeps, 0 to 1.</param>
/// <param name="TransferFee">What a transfer costs its sender on top, as a part of it.</param>
public sealed record PriceInfo(
    int Version,
    DateTimeOffset Since,
    [property: JsonConverter(typeof(CreditsAsText))] decimal Task,
    [property: JsonConverter(typeof(CreditsAsText))] decimal CpuSecond,
    [property: JsonConverter(typeof(CreditsAsText))] decimal MemoryGibSecond,
    [property: JsonConverter(typeof(CreditsAsText))] decimal GpuSecond,
    [property: JsonConverter(typeof(CreditsAsText))] decimal WallSecond,
    [property: JsonConverter(typeof(CreditsAsText))] decimal TrafficGib,
    [property: JsonConverter(typeof(CreditsAsText))] decimal RewardFee,
    [property: JsonConverter(typeof(CreditsAsText))] decimal TransferFee);

internal sealed record TransferBatch(IReadOnlyList<TransferLine> Transfers, bool AllOrNothing);

internal sealed record TransferBatchAnswer(IReadOnlyList<TransferResult> Items, int Done, int Refused);
