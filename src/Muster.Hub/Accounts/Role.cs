namespace Muster.Hub.Accounts;

public enum Role
{
    Guest,
    Member,
    Admin,
    Owner,
}

/// <summary>What a credential allows, on top of what the user's role allows.</summary>
[Flags]
public enum Scopes
{
    None = 0,
    /// <summary>Talk, and read one's own things.</summary>
    Ask = 1,
    /// <summary>Nodes, users, settings.</summary>
    Manage = 2,
    /// <summary>Answer approvals.</summary>
    Approve = 4,
    /// <summary>Give credits away, and submit what costs some.</summary>
    Spend = 8,
    /// <summary>What a credential holds that is stored on disk: whoever reads it cannot approve.</summary>
    Stored = Ask | Manage | Spend,
    All = Ask | Manage | Approve | Spend,
}

public static class ScopeNames
{
    public static IReadOnlyList<string> Names(this Scopes scopes) =>
        [.. Enum.GetValues<Scopes>().Where(scope => scope is not (Scopes.None or Scopes.Stored or Scopes.All) && scopes.HasFlag(scope)).Select(Name)];

    public static string Name(this Scopes scope) => scope.ToString().ToLowerInvariant();

    public static Scopes Parse(string names) =>
        names.Split(' ', StringSplitOptions.RemoveEmptyEntries).Aggregate(Scopes.None, (all, name) => all | Enum.Parse<Scopes>(name, ignoreCase: true));
}
