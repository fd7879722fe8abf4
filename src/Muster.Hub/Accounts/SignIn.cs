using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Muster.Hub.Accounts.Keys;
using Muster.Hub.Accounts.SignIns;
using Muster.Hub.Api;
using Muster.Storage;

namespace Muster.Hub.Accounts;

/// <summary>Finds out who makes a request: a bearer (token or key), else the session cookie. Nobody whose account is disabled.</summary>
internal sealed partial class SignIn(Database database, AccessTokens tokens, KnownCallers known, TimeProvider time, ILogger<SignIn> logger)
{
    private const string Bearer = "Bearer ";

    /// <summary>When something was last used is stored no more often than this.</summary>
    private static readonly TimeSpan _noted = TimeSpan.FromMinutes(1);

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
            ? await BySessionAsync(tx => Sessions.Find(tx, secret, time.GetUtcNow()), Scopes.All, true, context.RequestAborted)
            : null;
    }

    public async ValueTask<SignedIn?> ByBearerAsync(string token, CancellationToken cancel)
    {
        var isKey = token.StartsWith("key_", StringComparison.Ordinal);
        var claims = isKey ? null : tokens.Verify(token);
        if (!isKey && claims is null)
        {
            return null;
        }

        if (known.Find(token) is { } caller)
        {
            return caller;
        }

        var version = known.Version;
        caller = claims is null
            ? await ByKeyAsync(token, cancel)
            : await BySessionAsync(tx => SignInStore.Find(tx, claims.SignIn, time.GetUtcNow()) is { } found && found.UserId == claims.User ? found : null, claims.Scopes, false, cancel);
        if (caller is not null)
        {
            known.Add(token, caller, version);
        }

        return caller;
    }

    private async ValueTask<SignedIn?> ByKeyAsync(string token, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        var (key, user) = await database.ReadAsync(tx => ApiKeys.Check(tx, token, now) is { } found ? (found, UserStore.Find(tx, found.UserId)) : (null, null), cancel);
        if (key is null || user is null or { Disabled: true })
        {
            return null;
        }

        if (IsLongAgo(key.UsedAt, now))
        {
            await NoteAsync(tx => ApiKeys.Used(tx, key.Id, now), cancel);
        }

        return user.As(ScopeNames.Parse(key.Scopes)) with { Key = key.Id, Budgeted = key.HasBudget };
    }

    private async ValueTask<SignedIn?> BySessionAsync(Func<Transaction, SignInRow?> find, Scopes scopes, bool byCookie, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        var (signIn, user) = await database.ReadAsync(tx => find(tx) is { } found ? (found, UserStore.Find(tx, found.UserId)) : (null, null), cancel);
        if (signIn is null || user is null or { Disabled: true })
        {
            return null;
        }

        if (IsLongAgo(signIn.UsedAt, now))
        {
            await NoteAsync(tx => SignInStore.Used(tx, signIn.Id, now), cancel);
        }

        return user.As(scopes, byCookie) with { SignIn = signIn.Id };
    }

    /// <summary>Who reads is let in though the hub's disk is full: only so can they see what to do about it.</summary>
    private async Task NoteAsync(Action<Transaction> used, CancellationToken cancel)
    {
        try
        {
            await database.WriteAsync(used, cancel);
        }
        catch (StorageException error)
        {
            LogNotNoted(error.Message);
        }
    }

    private static bool IsLongAgo(long? used, DateTimeOffset now) => now.ToUnixTimeMilliseconds() - (used ?? 0) > _noted.TotalMilliseconds;

    private static ApiException Wrong() =>
        new(401, "unauthenticated", "This token or key is wrong, has expired or was revoked, or its account is disabled: sign in again (muster login).");

    [LoggerMessage(LogLevel.Warning, "When a credential was last used could not be stored: {Why}")]
    private partial void LogNotNoted(string why);
}
