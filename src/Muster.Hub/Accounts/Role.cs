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
    /// <summary>Submit jobs and steer them, and serve functions.</summary>
    Run = 16,
    /// <summary>What a credential holds that is stored on disk: whoever reads it cannot approve.</summary>
    Stored = Ask | Manage | Spend | Run,
    All = Stored | Approve,
}

public static class RoleNames
{
    public static string Name(this Role role) => role.ToString().ToLowerInvariant();

    /// <summary>Null for what is no role.</summary>
    public static Role? Parse(string? name) => Enum.GetValues<Role>().Select(role => (Role?)role).FirstOrDefault(role => role!.Value.Name() == name);
}

public static class ScopeNames
{
    private static readonly Scopes[] _single = [Scopes.Ask, Scopes.Manage, Scopes.Approve, Scopes.Spend, Scopes.Run];

    /// <summary>Names of all that there are.</summary>
    public static IReadOnlyList<string> Known { get; } = [.. _single.Select(Name)];

    public static IReadOnlyList<string> Names(this Scopes scopes) => [.. _single.Where(scope => scopes.HasFlag(scope)).Select(Name)];

    public static string Name(this Scopes scope) => scope.ToString().ToLowerInvariant();

    public static Scopes Parse(string names) =>
        names.Split(' ', StringSplitOptions.RemoveEmptyEntries).Aggregate(Scopes.None, (all, name) => all | Enum.Parse<Scopes>(name, ignoreCase: true));

    /// <summary>Null for what is no scope.</summary>
    public static Scopes? Find(string name) => _single.Select(scope => (Scopes?)scope).FirstOrDefault(scope => scope!.Value.Name() == name);
}
