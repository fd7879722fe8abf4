using Microsoft.AspNetCore.Http;
using Muster.Hub.Accounts.Audit;
using Muster.Hub.Accounts.Joining;
using Muster.Hub.Accounts.SignIns;
using Muster.Hub.Api;
using Muster.Protocol.Ids;
using Muster.Storage;

namespace Muster.Hub.Accounts.Users;

/// <summary>Accounts as owners and admins look after them. One owner who can sign in always remains.</summary>
internal sealed class UserDesk(Database database, People people, LiveRequests live, Departure departure, AuditLog audit, TimeProvider time)
{
    public Task<Page<UserView>> ListAsync(int limit, string? after, CancellationToken cancel) => database.ReadAsync(
        tx =>
        {
            var rows = UserStore.List(tx, limit + 1, after);
            return new Page<UserView>([.. rows.Take(limit).Select(row => View(tx, row))], rows.Count > limit ? rows[limit - 1].Id : null);
        },
        cancel);

    public Task<UserView> GetAsync(string id, CancellationToken cancel) => database.ReadAsync(tx => View(tx, Find(tx, id)), cancel);

    public async Task<UserView> ChangeAsync(HttpContext context, string id, UserPatch patch)
    {
        Role? role = patch.Role is null ? null : RoleNames.Parse(patch.Role) ?? throw Ranks.NoSuchRole(patch.Role);
        var disabled = patch.State switch
        {
            null => (bool?)null,
            "active" => false,
            "disabled" => true,
            _ => throw ApiException.Invalid("state", $"There is no state \"{patch.State}\".", "Write active or disabled."),
        };
        var (before, after) = await database.WriteAsync(tx => Change(tx, context, Find(tx, id), role, disabled), context.RequestAborted);
        if (after.Disabled)
        {
            await departure.PauseAsync(after.Key);
        }
        else if (after.Rank == Role.Guest && before.Rank != Role.Guest)
        {
            await departure.StopRunsAsync(after.Key); // they began with more than a guest may
        }

        return await database.ReadAsync(tx => View(tx, after), CancellationToken.None);
    }

    public async Task RemoveAsync(HttpContext context, string id)
    {
        var user = await database.ReadAsync(tx => Find(tx, id), context.RequestAborted);
        Check(context.Caller(), user, "remove");

        // Nobody can use it from here on, so that nothing of theirs begins while what they have going on is ended.
        await database.WriteAsync(
            tx =>
            {
                CheckNotLastOwner(tx, Find(tx, user.Id));
                Disable(tx, context, user.Id);
            },
            context.RequestAborted);
        await departure.EndAsync(user.Key);
        await database.WriteAsync(
            tx =>
            {
                UserStore.Remove(tx, user.Id);
                people.Removed(tx, user.Id);
                audit.Add(tx, AuditActor.Of(context), "user.remove", user.Username, user.Id);
            },
            CancellationToken.None);
    }

    public async Task<UserModel> ChangeLanguageAsync(HttpContext context, MePatch patch)
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
                return UserModel.Of(UserStore.Find(tx, id)!);
            },
            context.RequestAborted);
    }

    /// <param name="text">A name, an id, or the beginning of one.</param>
    /// <exception cref="ApiException">There is none.</exception>
    public static UserRow Find(Transaction tx, string text) =>
        UserStore.FindByName(tx, text) ?? UserStore.Find(tx, Prefixes.Resolve<User>(tx, text, "user", "select id from users where 1 = 1"))!;

    private (UserRow Before, UserRow After) Change(Transaction tx, HttpContext context, UserRow user, Role? role, bool? disabled)
    {
        var caller = context.Caller();
        if (role is not null || disabled is not null)
        {
            Ranks.CheckMayChange(caller, user);
        }

        if (role is { } given && given != user.Rank)
        {
            Ranks.CheckGives(caller, given);
            if (given < Role.Owner)
            {
                CheckNotLastOwner(tx, user);
            }

            UserStore.SetRole(tx, user.Id, given.Name());
            if (given < Role.Admin)
            {
                InviteStore.RevokeOf(tx, user.Id);
            }

            audit.Add(tx, AuditActor.Of(context), "user.role", user.Username, $"{user.Role} to {given.Name()}");
            tx.OnCommitted(() => live.Cut(user.Id, _ => true, context));
        }

        if (disabled is { } off && off != user.Disabled)
        {
            Check(caller, user, off ? "disable" : "enable");
            if (off)
            {
                CheckNotLastOwner(tx, user);
                Disable(tx, context, user.Id);
            }
            else
            {
                UserStore.SetDisabled(tx, user.Id, null);
            }

            audit.Add(tx, AuditActor.Of(context), off ? "user.disable" : "user.enable", user.Username);
        }

        people.Changed(tx, user.Id);
        return (user, UserStore.Find(tx, user.Id)!);
    }

    private void Disable(Transaction tx, HttpContext context, string id)
    {
        UserStore.SetDisabled(tx, id, time.GetUtcNow().ToUnixTimeMilliseconds());
        SignInStore.Suspend(tx, id);
        InviteStore.RevokeOf(tx, id);
        tx.Execute("delete from password_resets where user_id = @id", new { id });
        tx.Execute("delete from enrolments where owner = @id", new { id });
        people.Changed(tx, id);
        tx.OnCommitted(() => live.Cut(id, _ => true, context));
    }

    private static void Check(SignedIn caller, UserRow user, string what)
    {
        if (caller.User == user.Key)
        {
            throw ApiException.Conflict($"You cannot {what} your own account: have another owner or admin do it.");
        }

        Ranks.CheckMayChange(caller, user);
    }

    private static void CheckNotLastOwner(Transaction tx, UserRow user)
    {
        if (user.Rank == Role.Owner && !UserStore.HasOtherOwner(tx, user.Id))
        {
            throw ApiException.Conflict($"{user.Username} is the last owner of this hub: make somebody else owner first (muster user role NAME owner).");
        }
    }

    private static UserView View(Transaction tx, UserRow user)
    {
        var (sessions, keys, nodes, seen) = UserStore.Facts(tx, user.Id);
        return new UserView(
            user.Id, user.Username, user.Email, user.Role, user.Disabled ? "disabled" : "active", DateTimeOffset.FromUnixTimeMilliseconds(user.CreatedAt),
            seen == 0 ? null : DateTimeOffset.FromUnixTimeMilliseconds(seen), sessions, keys, nodes);
    }
}
