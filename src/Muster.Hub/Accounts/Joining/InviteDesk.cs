using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Muster.Hub.Accounts.Audit;
using Muster.Hub.Accounts.Users;
using Muster.Hub.Api;
using Muster.Storage;

namespace Muster.Hub.Accounts.Joining;

/// <summary>Inviting people, and taking it back.</summary>
internal sealed class InviteDesk(Database database, Idempotency once, AccountOptions options, HubAddress address, People people, AuditLog audit, TimeProvider time)
{
    private const int MostOpen = 1000;
    private const int LongestHours = 720;

    public async Task<InviteAnswer> CreateAsync(HttpContext context, InviteRequest request)
    {
        if (options.SignUp == SignUpMode.Closed)
        {
            throw ApiException.Conflict("Sign-up is closed on this hub, so an invitation would let nobody in: set accounts.signup to invite.");
        }

        var caller = context.Caller();
        var role = RoleNames.Parse(request.Role ?? "member") ?? throw Ranks.NoSuchRole(request.Role);
        Ranks.CheckGives(caller, role);
        var email = request.Email is null ? null : AccountRules.Email(request.Email);
        var life = request.ExpiresInHours switch
        {
            null => options.InviteLife,
            >= 1 and <= LongestHours and { } hours => TimeSpan.FromHours(hours),
            _ => throw ApiException.Invalid("expires_in_hours", $"An invitation lives for 1 to {LongestHours} hours.", "Choose a number between."),
        };
        InviteAnswer? made = null;
        await once.OnceAsync(context, JsonSerializer.Serialize(request, HubJson.Default.InviteRequest), HubJson.Default.InviteModel, tx =>
        {
            if (InviteStore.CountOpen(tx, time.GetUtcNow()) >= MostOpen)
            {
                throw ApiException.Conflict($"{MostOpen} invitations are open already: revoke some first (muster user invites).");
            }

            var (row, token) = InviteStore.Add(tx, role, email, caller.User.ToString(), life, time);
            audit.Add(tx, AuditActor.Of(context), "invite.create", row.Id, email is null ? role.Name() : $"{role.Name()} for {email}");
            made = new InviteAnswer(Model(row), token, address.Command("register", $"--invite {token}"));
            return made.Invite;
        });
        return made ?? throw ApiException.Conflict("This invitation was made already, and its token was answered then: revoke it, and make another.");
    }

    public Task<Page<InviteModel>> ListAsync(HttpContext context, int limit, string? after) => database.ReadAsync(
        tx =>
        {
            var rows = InviteStore.List(tx, limit + 1, after);
            return new Page<InviteModel>([.. rows.Take(limit).Select(Model)], rows.Count > limit ? rows[limit - 1].Id : null);
        },
        context.RequestAborted);

    public Task RevokeAsync(HttpContext context, string id)
    {
        var caller = context.Caller();
        return database.WriteAsync(
            tx =>
            {
                var found = InviteStore.Find(tx, Prefixes.Resolve<InviteKind>(tx, id, "invitation", "select id from invites where 1 = 1"))!;
                Ranks.CheckGives(caller, RoleNames.Parse(found.Role)!.Value);
                InviteStore.Revoke(tx, found.Id);
                audit.Add(tx, AuditActor.Of(context), "invite.revoke", found.Id);
            },
            context.RequestAborted);
    }

    private InviteModel Model(InviteRow row) => new(
        row.Id, row.Role, row.Email, people.Get(row.MadeBy)?.Username, DateTimeOffset.FromUnixTimeMilliseconds(row.CreatedAt),
        DateTimeOffset.FromUnixTimeMilliseconds(row.ExpiresAt),
        row.UsedBy is not null ? "used" : row.ExpiresAt <= time.GetUtcNow().ToUnixTimeMilliseconds() ? "expired" : "open",
        row.UsedBy is null ? null : people.Get(row.UsedBy)?.Username);
}
