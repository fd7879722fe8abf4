using Muster.Protocol.Ids;

namespace Muster.Hub.Ledger;

/// <summary>How accounts are called.</summary>
internal static class LedgerAccounts
{
    /// <summary>What shares of transfers and rewards go to.</summary>
    public const string Fee = "fee";

    /// <summary>What the base price of tasks goes to: the hub's own purse.</summary>
    public const string Base = "base";

    /// <summary>Where credits come from; its debt is all credits that there are.</summary>
    public const string Issuance = "issuance";

    private const string UserPrefix = "user:";
    private const string BonusPrefix = "bonus:";
    private const string EarningsPrefix = "earnings:";

    /// <summary>What a user may spend and give away.</summary>
    public static string User(Id<User> user) => UserPrefix + user;

    /// <summary>Given at sign-up: pays for jobs, before anything else, and cannot be given away.</summary>
    public static string Bonus(Id<User> user) => BonusPrefix + user;

    /// <summary>What the user's machines were paid, until it is known that they did the work.</summary>
    public static string Earnings(Id<User> user) => EarningsPrefix + user;

    public static bool IsEarnings(string name) => name.StartsWith(EarningsPrefix, StringComparison.Ordinal);

    /// <summary>The user whose account it is; null for those of the hub.</summary>
    public static string? OwnerOf(string name) => name.IndexOf(':', StringComparison.Ordinal) is >= 0 and var colon ? name[(colon + 1)..] : null;
}

/// <summary>What a transfer is for; part of the API.</summary>
internal static class LedgerKinds
{
    public const string Grant = "grant";
    public const string Bonus = "bonus";
    public const string Transfer = "transfer";
    public const string Task = "task";

    /// <summary>Tokens of a model in a conversation.</summary>
    public const string Model = "model";

    public const string Return = "return";
    public const string Reward = "reward";
    public const string Fee = "fee";
}
