using Microsoft.AspNetCore.Http;
using Muster.Hub.Accounts.Audit;
using Muster.Hub.Accounts.SignIns;
using Muster.Hub.Accounts.Users;
using Muster.Hub.Api;
using Muster.Storage;

namespace Muster.Hub.Accounts.Joining;

/// <summary>A token of one use, by which a user who forgot the password sets a new one. An admin makes it and hands it over.</summary>
internal sealed class ResetDesk(Database database, Passwords passwords, AccountOptions options, HubAddress address, LiveRequests live, AuditLog audit, TimeProvider time)
{
    public Task<ResetAnswer> OfferAsync(HttpContext context, string id) => database.WriteAsync(
        tx =>
        {
            var user = UserDesk.Find(tx, id);
            var caller = context.Caller();
            if (user.Id == caller.User.ToString())
            {
                // Else a key that may not approve could set the password, and so get what it lacks.
                throw ApiException.Conflict("Nobody resets their own password: change it with the old one (muster password), or have the owner's forgotten (muster owner reset).");
            }

            Ranks.CheckMayChange(caller, user);
            var (token, expires) = ("mpr_" + Secrets.New(), time.GetUtcNow() + options.ResetLife);
            tx.Execute("delete from password_resets where user_id = @Id or expires_at <= @now", new { user.Id, now = time.GetUtcNow().ToUnixTimeMilliseconds() });
            tx.Execute(
                "insert into password_resets (hash, user_id, expires_at) values (@hash, @Id, @expires)",
                new { hash = Secrets.Hash(token), user.Id, expires = expires.ToUnixTimeMilliseconds() });
            audit.Add(tx, AuditActor.Of(context), "user.reset", user.Username);
            return new ResetAnswer(token, expires, address.Command("password", $"--reset {token}"));
        },
        context.RequestAborted);

    public async Task UseAsync(HttpContext context, ResetRequest request, RateLimit limit)
    {
        if (limit.Take(Networks.Of(Doorkeeper.AddressOf(context))) is { } wait)
        {
            throw ApiException.RateLimited(wait);
        }

        var user = await database.ReadAsync(tx => Holder(tx, request.Token), context.RequestAborted) ?? throw Wrong();
        var hash = await passwords.HashAsync(AccountRules.Password(request.Password, user.Username), context.RequestAborted);
        await database.WriteAsync(
            tx =>
            {
                if (Holder(tx, request.Token)?.Id != user.Id)
                {
                    throw Wrong();
                }

                tx.Execute("delete from password_resets where user_id = @Id", new { user.Id });
                UserStore.SetPassword(tx, user.Id, user.Username, hash);
                SignInStore.EndAll(tx, user.Id);
                audit.Add(tx, AuditActor.Of(context, user), "password.reset", user.Username);
                tx.OnCommitted(() => live.Cut(user.Id, caller => caller.Key is null, context));
            },
            context.RequestAborted);
    }

    private UserRow? Holder(Transaction tx, string? token) =>
        tx.QueryFirst<string>(
            "select user_id from password_resets where hash = @hash and expires_at > @now",
            new { hash = Secrets.Hash(token?.Trim() ?? ""), now = time.GetUtcNow().ToUnixTimeMilliseconds() }) is { } id
        && UserStore.Find(tx, id) is { Disabled: false } user
            ? user
            : null;

    private static ApiException Wrong() =>
        new(403, "reset_wrong", "This token is wrong, was used, or is older than an hour: ask the hub's owner or an admin for a new one (muster user reset).");
}
