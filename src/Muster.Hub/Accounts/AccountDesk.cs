using Microsoft.AspNetCore.Http;
using Muster.Hub.Accounts.Claiming;
using Muster.Hub.Api;
using Muster.Storage;

namespace Muster.Hub.Accounts;

/// <summary>Signing in and out, and claiming a hub.</summary>
internal sealed class AccountDesk(Database database, Passwords passwords, AccessTokens tokens, LoginGuard guard, ClaimDesk claims, People people, TimeProvider time)
{
    public async Task<LoginAnswer> ClaimAsync(HttpContext context, ClaimRequest request) =>
        await StartAsync(context, await claims.ClaimAsync(context, request), request.Cookie);

    public async Task<LoginAnswer> LoginAsync(HttpContext context, LoginRequest request)
    {
        var (name, address) = (request.Username ?? "", Doorkeeper.AddressOf(context));
        if (guard.MustWait(name, address) is { } wait)
        {
            throw ApiException.RateLimited(wait);
        }

        var user = await database.ReadAsync(tx => UserStore.FindByName(tx, name), context.RequestAborted);
        var password = request.Password ?? "";
        if (password.Length > Passwords.Most || !passwords.Check(user?.PasswordHash, password))
        {
            guard.Failed(name, address);
            throw new ApiException(401, "wrong_credentials", "The name or the password is wrong.");
        }

        guard.Succeeded(name, address);
        return request is { Approve: true, Cookie: false }
            ? await AnswerAsync(user!, Scopes.All, null, context.RequestAborted)
            : await StartAsync(context, user!, request.Cookie);
    }

    public async Task<LoginAnswer> RefreshAsync(HttpContext context, RefreshRequest request)
    {
        var next = await database.WriteAsync(
            tx => RefreshTokens.Rotate(tx, request.RefreshToken ?? "", time.GetUtcNow()) is { } found
                ? (UserStore.Find(tx, found.UserId), found.Token)
                : ((UserRow?)null, ""),
            context.RequestAborted);
        return next.Item1 is { } user
            ? await AnswerAsync(user, Scopes.Stored, next.Item2, context.RequestAborted)
            : throw new ApiException(401, "unauthenticated", "This refresh token is wrong, used or too old: sign in again.");
    }

    public async Task<UserModel> ChangeAsync(HttpContext context, MePatch patch)
    {
        if (patch.Language is not ("en" or "zh"))
        {
            throw ApiException.Invalid("language", "The language must be en or zh.", "Send one of them.");
        }

        var id = context.Caller().User.ToString();
        return await database.WriteAsync(
            tx =>
            {
                UserStore.SetLanguage(tx, id, patch.Language);
                people.Changed(tx, id);
                return Model(UserStore.Find(tx, id)!);
            },
            context.RequestAborted);
    }

    public async Task LogoutAsync(HttpContext context)
    {
        var caller = context.Caller();
        await database.WriteAsync(
            tx =>
            {
                if (caller.ByCookie)
                {
                    Sessions.End(tx, context.Request.Cookies[Sessions.Cookie]!);
                }
                else
                {
                    RefreshTokens.EndAll(tx, caller.User.ToString());
                }
            },
            context.RequestAborted);
        context.Response.Cookies.Delete(Sessions.Cookie);
    }

    private async Task<LoginAnswer> StartAsync(HttpContext context, UserRow user, bool cookie)
    {
        if (!cookie)
        {
            var refresh = await database.WriteAsync(tx => RefreshTokens.Issue(tx, user.Id, time.GetUtcNow()), context.RequestAborted);
            return await AnswerAsync(user, Scopes.Stored, refresh, context.RequestAborted);
        }

        var secret = await database.WriteAsync(tx => Sessions.Start(tx, user.Id, time.GetUtcNow()), context.RequestAborted);
        context.Response.Cookies.Append(
            Sessions.Cookie, secret,
            new CookieOptions { HttpOnly = true, SameSite = SameSiteMode.Strict, Secure = context.Request.IsHttps, MaxAge = Sessions.Life, Path = "/" });
        return new LoginAnswer(Model(user), null, null, null);
    }

    private async Task<LoginAnswer> AnswerAsync(UserRow user, Scopes scopes, string? refresh, CancellationToken cancel) =>
        new(Model(user), await tokens.IssueAsync(user.Id, scopes, cancel), refresh, (int)AccessTokens.Life.TotalSeconds);

    private static UserModel Model(UserRow user) => new(user.Id, user.Username, user.Role, user.Language);
}
