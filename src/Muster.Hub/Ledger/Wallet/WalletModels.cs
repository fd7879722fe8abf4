using System.Text.Json.Serialization;
using Muster.Hub.Api;

namespace Muster.Hub.Ledger.Wallet;

/// <summary>Amounts are CPT with six decimals.</summary>
/// <param name="Balance">What may be spent or given away now.</param>
/// <param name="Held">Set aside for jobs and models; what they do not use comes back.</param>
/// <param name="Bonus">Pays for jobs, before the balance; cannot be given away.</param>
/// <param name="Earned">All that the user's machines were ever paid.</param>
/// <param name="InUse">False while nothing costs anything and nobody else has credits: then people need not see them.</param>
public sealed record WalletModel(string Balance, string Held, string Bonus, string Earned, bool InUse);

/// <param name="Amount">Below zero for what went out.</param>
/// <param name="With">The user on the other side; null for the hub.</param>
/// <param name="Bonus">It moved the bonus, not the balance.</param>
/// <param name="Reference">What it was for, such as a job.</param>
public sealed record WalletEntry(long Number, DateTimeOffset At, string Kind, string Amount, string? With, bool Bonus, string? Reference, string? Note);

/// <param name="To">A user's name or id.</param>
/// <param name="Amount">CPT as text, with at most six decimals.</param>
public sealed record TransferRequest(string? To, [property: JsonConverter(typeof(AmountAsText))] string? Amount, string? Note = null);

/// <param name="AllOrNothing">With one that is refused, none is done. Otherwise each is answered by itself.</param>
public sealed record TransferBatch(IReadOnlyList<TransferRequest?>? Transfers, bool AllOrNothing = false);

public sealed record TransferModel(long Number, DateTimeOffset At, string To, string Amount, string Fee, string? Note);

/// <summary>One of both.</summary>
public sealed record TransferResult(TransferModel? Transfer, TransferRefusal? Error);

public sealed record TransferRefusal(string Code, string Detail, IReadOnlyList<FieldError> Errors);

/// <param name="Done">How many credits moved now, or had moved before under the same key.</param>
public sealed record TransferBatchAnswer(IReadOnlyList<TransferResult> Items, int Done, int Refused);

/// <summary>CPT per unit.</summary>
/// <param name="Version">Goes up by one whenever a price changes.</param>
public sealed record PricesModel(
    int Version, DateTimeOffset Since, string Task, string CpuSecond, string MemoryGibSecond, string GpuSecond, string WallSecond, string TrafficGib, string RewardFee, string TransferFee);
