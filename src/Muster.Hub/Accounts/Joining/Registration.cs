using Microsoft.AspNetCore.Http;
using Muster.Hub.Accounts.Audit;
using Muster.Hub.Accounts.SignIns;
using Muster.Hub.Api;
using Muster.Hub.Ledger;
using Muster.Protocol.Ids;
using Muster.Storage;

namespace Muster.Hub.Accounts.Joining;

/// <summary>Makes accounts of people: with an invitation, or for anyone, as the owner has set it.</summary>
internal sealed class Registration(Database database, Passwords passwords, AccountOptions options, LedgerBook ledger, People people, AuditLog audit, TimeProvider time)
{
    public async Task<UserRow> RegisterAsync(HttpContext context, RegisterRequest request, RateLimit limit)
    {
        var username = AccountRules.Name(request.Username);
        var password = AccountRules.Password(request.Password, username);
        var email = AccountRules.Email(request.Email);
        if (limit.Take(Networks.Of(Doorkeeper.AddressOf(context))) is { } wait)
        {
            throw ApiException.RateLimited(wait);
        }

        // Before the password is hashed, which is slow: whoever may not come in costs little.
        await database.ReadAsync(tx => Check(tx, request.Invite, username, email), context.RequestAborted);
        var hash = await passwords.HashAsync(password, context.RequestAborted);
        return await database.WriteAsync(tx => Register(tx, context, request.Invite, new UserRow { Id = "", Username = username, Role = "", Language = "en", Email = email, PasswordHash = hash }), context.RequestAborted);
    }

    private UserRow Register(Transaction tx, HttpContext context, string? invite, UserRow asked)
    {
        var invited = Check(tx, invite, asked.Username, asked.Email!);
        var user = Id<User>.New(time);
        var made = asked with { Id = user.ToString(), Role = invited?.Role ?? Role.Member.Name(), CreatedAt = time.GetUtcNow().ToUnixTimeMilliseconds() };
        UserStore.Add(tx, made);
        if (invited is not null && !InviteStore.Use(tx, invited.Id, made.Id))
        {
            throw WrongInvite();
        }

        ledger.SignUp(tx, user);
        people.Changed(tx, made.Id);
        audit.Add(tx, AuditActor.Of(context, made), "user.register", made.Username, invited is null ? made.Role : $"{made.Role} by {invited.Id}");
        return made;
    }

    /// <returns>The invitation, where one is used.</returns>
    private InviteRow? Check(Transaction tx, string? token, string username, string email)
    {
        InviteRow? invite = null;
        if (options.SignUp == SignUpMode.Closed)
        {
            throw new ApiException(403, "signup_closed", "This hub takes no new accounts: ask its owner.");
        }

        if (!string.IsNullOrEmpty(token))
        {
            invite = InviteStore.Open(tx, token.Trim(), time.GetUtcNow()) ?? throw WrongInvite();
        }
        else if (options.SignUp == SignUpMode.Invite)
        {
            throw new ApiException(403, "invite_needed", "An account on this hub needs an invitation: ask its owner or an admin for one (muster user invite).");
        }

        if (invite?.Email is { } only && !only.Equals(email, StringComparison.OrdinalIgnoreCase))
        {
            throw ApiException.Invalid("email", "This invitation is for another e-mail address.", "Use the address that it was made for.");
        }

        if (UserStore.FindByName(tx, username) is not null)
        {
            throw ApiException.Conflict($"The name \"{username}\" is taken: choose another.");
        }

        if (UserStore.HasEmail(tx, email))
        {
            throw ApiException.Conflict("There is an account with this e-mail address: sign in with it, or use another address.");
        }

        return UserStore.Count(tx) < options.MostUsers ? invite : throw ApiException.Conflict($"This hub has {options.MostUsers} accounts and takes no more.");
    }

    private static ApiException WrongInvite() =>
        new(403, "invite_wrong", "This invitation is wrong, was used or revoked, or is too old: ask for a new one.");
}
