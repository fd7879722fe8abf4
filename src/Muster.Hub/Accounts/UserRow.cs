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

    public Id<User> Key => Id<User>.Parse(Id, null);

    public SignedIn As(Scopes scopes, bool byCookie = false)
    {
        var role = Enum.Parse<Role>(Role, ignoreCase: true);
        return new SignedIn(Key, Username, role, Language, role == Accounts.Role.Guest ? scopes & Scopes.Ask : scopes, byCookie);
    }
}
