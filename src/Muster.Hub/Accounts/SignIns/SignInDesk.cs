using Microsoft.AspNetCore.Http;
using Muster.Hub.Accounts.Audit;
using Muster.Hub.Api;
using Muster.Storage;

namespace Muster.Hub.Accounts.SignIns;

/// <summary>Signing in, staying so, and signing out.</summary>
internal sealed class SignInDesk(Database database, Passwords passwords, AccessTokens tokens, LoginGuard guard, LiveRequests live, AuditLog audit, TimeProvider time)
{
    public async Task<LoginAnswer> LoginAsync(HttpContext context, LoginRequest request)
    {
        var user = await CheckAsync(context, request.Username ?? "", request.Password ?? "", "login");
        if (user.Disabled)
        {
            await database.WriteAsync(tx => audit.Add(tx, AuditActor.Of(context, user), "login", user.Username, "the account is disabled", AuditAct.Refused), context.RequestAborted);
            throw Disabled();
        }

        return request is { Approve: true, Cookie: false } ? await ApproveAsync(context, user) : await StartAsync(context, user, request.Cookie, "login");
    }

    /// <summary>The user of this name and password. Takes as long for a name that nobody has, and slows guessers down.</summary>
    /// <exception cref="ApiException">Something of it is wrong, or it is too early.</exception>
    public async Task<UserRow> CheckAsync(HttpContext context, string name, string password, string action)
    {
        var address = Doorkeeper.AddressOf(context);
        var (user, known) = await database.ReadAsync(
            tx => UserStore.FindByName(tx, name.Trim()) is { } found ? (found, SignInStore.Knows(tx, found.Id, address)) : (null, false), context.RequestAborted);
        if (guard.MustWait(name, address, known) is { } wait)
        {
            throw ApiException.RateLimited(wait);
        }

        // One that is too long is hashed all the same, cut: how long the answer takes says nothing.
        var fits = password.Length <= Passwords.Most;
        if (!await passwords.CheckAsync(user?.PasswordHash, fits ? password : password[..Passwords.Most], context.RequestAborted) || !fits)
        {
            guard.Failed(name, address);
            // What was typed as a name may be a password, so only a name that exists is written down.
            await database.WriteAsync(
                tx => audit.Add(tx, AuditActor.Of(context), action, user?.Username ?? "", user is null ? "no such name" : "wrong password", AuditAct.Refused), context.RequestAborted);
            throw new ApiException(401, "wrong_credentials", "The name or the password is wrong.");
        }

        guard.Succeeded(name, address);
        return user!;
    }

    public async Task<LoginAnswer> RefreshAsync(HttpContext context, RefreshRequest request)
    {
        var (user, outcome) = await database.WriteAsync(
            tx =>
            {
                var rotated = RefreshTokens.Rotate(tx, request.RefreshToken ?? "", time.GetUtcNow());
                var found = rotated.UserId is null ? null : UserStore.Find(tx, rotated.UserId);
                if (found is not null && rotated is { Token: null, SignIn: not null })
                {
                    audit.Add(tx, AuditActor.Of(context), "session.copied", found.Username, $"a token of {rotated.SignIn} was used twice; it has ended", AuditAct.Refused);
                    tx.OnCommitted(() => live.Cut(found.Id, caller => caller.SignIn == rotated.SignIn));
                }

                return (found, rotated);
            },
            context.RequestAborted);
        if (user is { Disabled: true } && outcome.SignIn is null)
        {
            throw Disabled();
        }

        return user is { Disabled: false } && outcome is { Token: { } next, SignIn: { } signIn }
            ? await AnswerAsync(user, Scopes.Stored, signIn, next, context.RequestAborted)
            : throw new ApiException(401, "unauthenticated", "This refresh token is wrong, used or too old: sign in again.");
    }

    public async Task LogoutAsync(HttpContext context)
    {
        var caller = context.Caller();
        if (caller.SignIn is not { } signIn)
        {
            throw ApiException.Conflict("A key is not signed in, so there is nothing to sign out of: muster key revoke ends it.");
        }

        await database.WriteAsync(
            tx =>
            {
                SignInStore.End(tx, signIn);
                audit.Add(tx, AuditActor.Of(context), "logout", signIn);
                tx.OnCommitted(() => live.Cut(caller.User.ToString(), other => other.SignIn == signIn, context));
            },
            context.RequestAborted);
        context.Response.Cookies.Delete(Sessions.Cookie);
    }

    /// <summary>Signs somebody in who has just proved who they are.</summary>
    public async Task<LoginAnswer> StartAsync(HttpContext context, UserRow user, bool cookie, string? action = null)
    {
        var origin = Origin.Of(context);
        var (signIn, secret) = await database.WriteAsync(
            tx =>
            {
                var made = SignInStore.Start(tx, user.Id, cookie ? "browser" : "token", origin, time, SignInStore.Life);
                if (action is not null)
                {
                    audit.Add(tx, AuditActor.Of(context, user) with { Credential = made }, action, user.Username);
                }

                return (made, cookie ? Sessions.Start(tx, user.Id, made, time.GetUtcNow()) : RefreshTokens.Issue(tx, user.Id, made, time.GetUtcNow()));
            },
            context.RequestAborted);
        if (!cookie)
        {
            return await AnswerAsync(user, Scopes.Stored, signIn, secret, context.RequestAborted);
        }

        context.Response.Cookies.Append(
            Sessions.Cookie, secret,
            new CookieOptions { HttpOnly = true, SameSite = SameSiteMode.Strict, Secure = context.Request.IsHttps, MaxAge = SignInStore.Life, Path = "/" });
        return new LoginAnswer(UserModel.Of(user), null, null, null);
    }

    /// <summary>A token that may approve lives shortly, and nothing renews it.</summary>
    private async Task<LoginAnswer> ApproveAsync(HttpContext context, UserRow user)
    {
        var origin = Origin.Of(context);
        var signIn = await database.WriteAsync(
            tx =>
            {
                var made = SignInStore.Start(tx, user.Id, "approval", origin, time, AccessTokens.Life);
                audit.Add(tx, AuditActor.Of(context, user) with { Credential = made }, "login", user.Username, "to approve");
                return made;
            },
            context.RequestAborted);
        return await AnswerAsync(user, Scopes.All, signIn, null, context.RequestAborted);
    }

    private static ApiException Disabled() => new(403, "account_disabled", "This account is disabled: ask the hub's owner or an admin to enable it again.");

    private async Task<LoginAnswer> AnswerAsync(UserRow user, Scopes scopes, string signIn, string? refresh, CancellationToken cancel) =>
        new(UserModel.Of(user), await tokens.IssueAsync(user.Id, scopes, signIn, cancel), refresh, (int)AccessTokens.Life.TotalSeconds);
}
