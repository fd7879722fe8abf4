using Muster.Protocol.Ids;

namespace Muster.Hub.Accounts;

/// <summary>An account as stored.</summary>
internal sealed record UserRow
{
    public required string Id { get; init; }
    public required string Username { get; init; }
    public required string Role { get; init; }
    public required string Language { get; init; }
    public string? PasswordHash { get; init; }
    public string? ActiveNode { get; init; }
    public string? Email { get; init; }
    public long CreatedAt { get; init; }
    public long? DisabledAt { get; init; }

    public bool Disabled => DisabledAt is not null;

    public Id<User> Key => Id<User>.Parse(Id, null);

    public Role Rank => Enum.Parse<Role>(Role, ignoreCase: true);

    public SignedIn As(Scopes scopes, bool byCookie = false)
    {
        var role = Rank;
        return new SignedIn(Key, Username, role, Language, role == Accounts.Role.Guest ? scopes & Scopes.Ask : scopes, byCookie);
    }
}
