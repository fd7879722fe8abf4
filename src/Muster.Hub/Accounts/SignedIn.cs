using System.Security.Claims;
using Microsoft.AspNetCore.Http;
using Muster.Hub.Api;
using Muster.Protocol.Ids;

namespace Muster.Hub.Accounts;

/// <summary>Who makes this request, and with what rights.</summary>
/// <param name="ByCookie">Signed in by a browser's cookie, which needs the antiforgery header on writes.</param>
public sealed record SignedIn(Id<User> User, string Username, Role Role, string Language, Scopes Scopes, bool ByCookie = false)
{
    /// <summary>Id of the key that this request came with; null without one.</summary>
    public string? Key { get; init; }

    /// <summary>That key may spend only so much.</summary>
    public bool Budgeted { get; init; }

    /// <summary>Conversations and schedules that an assistant spends for, in its user's name.</summary>
    public IReadOnlyList<string> SpendsFor { get; init; } = [];

    /// <summary>What is submitted is a conversation's own work: models of others are paid call by call, as in its runs.</summary>
    public bool PaysByCall { get; init; }

    /// <summary>Id of the sign-in that the token or cookie belongs to; null for a key.</summary>
    public string? SignIn { get; init; }

    /// <summary>The same for code that asks the framework.</summary>
    public ClaimsPrincipal Principal() => new(new ClaimsIdentity(
        [new Claim("sub", User.ToString()), new Claim("name", Username), new Claim("role", Role.ToString().ToLowerInvariant())], "muster"));
}

public static class CallerOfRequest
{
    /// <exception cref="ApiException">Nobody is signed in.</exception>
    public static SignedIn Caller(this HttpContext context) => context.TryCaller() ?? throw ApiException.Unauthenticated();

    public static SignedIn? TryCaller(this HttpContext context) => context.Features.Get<SignedIn>();
}
