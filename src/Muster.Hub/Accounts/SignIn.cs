using Microsoft.AspNetCore.Http;
using Muster.Hub.Api;
using Muster.Storage;

namespace Muster.Hub.Accounts;

/// <summary>Finds out who makes a request: a bearer (token or key), else the session cookie.</summary>
internal sealed class SignIn(Database database, AccessTokens tokens, KnownCallers known, TimeProvider time)
{
    private const string Bearer = "Bearer ";

    /// <returns>Null without a credential, and on routes of other kinds of credentials.</returns>
    /// <exception cref="ApiException">The credential is wrong or too old.</exception>
    public async ValueTask<SignedIn?> IdentifyAsync(HttpContext context)
    {
        var header = context.Request.Headers.Authorization.ToString();
        if (header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase) && !context.Request.Path.StartsWithSegments("/ws", StringComparison.OrdinalIgnoreCase))
        {
            var caller = await ByBearerAsync(header[Bearer.Length..].Trim(), context.RequestAborted);
            var isApi = context.Request.Path.StartsWithSegments("/api", StringComparison.OrdinalIgnoreCase);
            var open = context.GetEndpoint() is { } endpoint && Needs.Of(endpoint) == Needs.Nobody;
            return caller ?? (isApi && !open ? throw Wrong() : null);
        }

        return context.Request.Cookies.TryGetValue(Sessions.Cookie, out var secret) && secret.Length is > 0 and < 200
            ? await ReadAsync(tx => Sessions.UserOf(tx, secret, time.GetUtcNow()), Scopes.All, true, context.RequestAborted)
            : null;
    }

    public async ValueTask<SignedIn?> ByBearerAsync(string token, CancellationToken cancel)
    {
        var isKey = token.StartsWith("key_", StringComparison.Ordinal);
        if (!isKey && tokens.Verify(token) is null)
        {
            return null;
        }

        if (known.Find(token) is { } caller)
        {
            return caller;
        }

        caller = isKey
            ? await database.ReadAsync(tx => ApiKeys.Check(tx, token) is { } key ? UserStore.Find(tx, key.UserId)?.As(key.Scopes) : null, cancel)
            : tokens.Verify(token) is var (user, scopes) ? await ReadAsync(_ => user, scopes, false, cancel) : null;
        if (caller is not null)
        {
            known.Add(token, caller);
        }

        return caller;
    }

    private async ValueTask<SignedIn?> ReadAsync(Func<Transaction, string?> user, Scopes scopes, bool byCookie, CancellationToken cancel) =>
        await database.ReadAsync(tx => user(tx) is { } id ? UserStore.Find(tx, id)?.As(scopes, byCookie) : null, cancel);

    private static ApiException Wrong() =>
        new(401, "unauthenticated", "This token or key is wrong, has expired or was revoked: sign in again (muster login).");
}
