using Muster.Hub.Ledger.Prices;

namespace Muster.Hub.Ledger;

/// <summary>What the hub's owner has set about credits. By default nothing costs and nobody sees them.</summary>
public sealed record LedgerOptions
{
    /// <summary><c>ledger.signup_bonus</c>: what a new user gets; it pays for jobs alone.</summary>
    public Credits SignUpBonus { get; init; }

    /// <summary><c>ledger.fee</c>: the part of each reward that the hub keeps.</summary>
    public Share RewardFee { get; init; }

    /// <summary><c>ledger.transfer_fee</c>: what a transfer costs its sender on top, as a part of it.</summary>
    public Share TransferFee { get; init; }

    /// <summary><c>prices.*</c></summary>
    public PriceRates Prices { get; init; } = new();
}
