using Microsoft.AspNetCore.Http;
using Muster.Hub.Accounts.Audit;
using Muster.Hub.Accounts.Joining;
using Muster.Hub.Api;
using Muster.Storage;

namespace Muster.Hub.Accounts.SignIns;

/// <summary>Where one is signed in oneself, and one's own password.</summary>
internal sealed class SessionDesk(Database database, SignInDesk signIns, Passwords passwords, LiveRequests live, AuditLog audit, TimeProvider time)
{
    public async Task<Page<SessionModel>> ListAsync(HttpContext context)
    {
        var caller = context.Caller();
        var rows = await database.ReadAsync(tx => SignInStore.Of(tx, caller.User.ToString(), time.GetUtcNow()), context.RequestAborted);
        return new Page<SessionModel>([.. rows.Select(row => SessionModel.Of(row, caller.SignIn))], null);
    }

    public Task EndAsync(HttpContext context, string id)
    {
        var caller = context.Caller();
        if (caller.Key is not null && !caller.Scopes.HasFlag(Scopes.Manage))
        {
            throw ApiException.ScopeMissing(Scopes.Manage.Name());
        }

        var user = caller.User.ToString();
        return database.WriteAsync(
            tx =>
            {
                var found = Prefixes.Resolve<SignInKind>(tx, id, "session", "select id from sign_ins where user_id = @user", new { user });
                SignInStore.End(tx, found);
                audit.Add(tx, AuditActor.Of(context), "session.end", found);
                tx.OnCommitted(() => live.Cut(user, other => other.SignIn == found, context));
            },
            context.RequestAborted);
    }

    /// <summary>Needs the old password, whatever the credential. The sign-in that does it goes on, all others end.</summary>
    public async Task ChangePasswordAsync(HttpContext context, PasswordChange change)
    {
        var caller = context.Caller();
        var password = AccountRules.Password(change.NewPassword, caller.Username);
        var user = await signIns.CheckAsync(context, caller.Username, change.OldPassword ?? "", "password.change");
        var hash = await passwords.HashAsync(password, context.RequestAborted);
        await database.WriteAsync(
            tx =>
            {
                if (UserStore.Find(tx, user.Id)?.PasswordHash != user.PasswordHash)
                {
                    throw ApiException.Conflict("The password was changed in another place meanwhile: start again with that one.");
                }

                UserStore.SetPassword(tx, user.Id, user.Username, hash);
                SignInStore.EndAll(tx, user.Id, caller.SignIn);
                audit.Add(tx, AuditActor.Of(context), "password.change", user.Username);
                tx.OnCommitted(() => live.Cut(user.Id, other => other.Key is null && other.SignIn != caller.SignIn, context));
            },
            context.RequestAborted);
    }
}
