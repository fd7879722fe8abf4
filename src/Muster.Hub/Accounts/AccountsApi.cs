using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Muster.Hub.Accounts.Audit;
using Muster.Hub.Accounts.Claiming;
using Muster.Hub.Accounts.Joining;
using Muster.Hub.Accounts.Keys;
using Muster.Hub.Accounts.SignIns;
using Muster.Hub.Accounts.Users;
using Muster.Hub.Api;
using Muster.Hub.Chat.Notices;
using Muster.Storage;

namespace Muster.Hub.Accounts;

internal static class AccountsApi
{
    public static void AddAccounts(this IServiceCollection services, AccountOptions options) =>
        services.AddSingleton(options)
            .AddSingleton<SigningKeys>().AddSingleton<AccessTokens>().AddSingleton<KnownCallers>().AddSingleton<LiveRequests>().AddSingleton<SignIn>().AddSingleton<People>()
            .AddSingleton<ClaimState>().AddSingleton<ClaimDesk>().AddSingleton<OwnerLinks>()
            .AddSingleton<Passwords>().AddSingleton<LoginGuard>().AddSingleton<SignInDesk>().AddSingleton<SessionDesk>()
            .AddSingleton<InviteDesk>().AddSingleton<Registration>().AddSingleton<ResetDesk>()
            .AddSingleton<UserDesk>().AddSingleton<Departure>()
            .AddSingleton<KeyBudgets>().AddSingleton<KeyDesk>()
            .AddSingleton<AuditLog>();

    public static void MapAccounts(this IEndpointRouteBuilder routes)
    {
        var open = routes.MapGroup("/api/v1").NeedingNobody().WithTags("Accounts");
        open.MapGet("/hub", (ClaimState claim, HubOptions options, AccountOptions accounts) =>
            TypedResults.Ok(new HubInfo(options.ProgramVersion, claim.Claimed, options.Name, accounts.SignUp.ToString().ToLowerInvariant()))).WithName("getHub");
        open.MapPost("/claim", async Task<Ok<LoginAnswer>> (ClaimRequest request, ClaimDesk desk, SignInDesk signIns, HttpContext context) =>
            TypedResults.Ok(await signIns.StartAsync(context, await desk.ClaimAsync(context, request), request.Cookie))).WithName("claim");
        routes.MapSessions();
        routes.MapJoining();

        var own = routes.MapGroup("/api/v1").Needing(Scopes.Ask).WithTags("Accounts");
        own.MapGet("/me", async Task<Ok<Me>> (Database database, People people, HttpContext context) =>
        {
            var caller = context.Caller();
            var id = caller.User.ToString();
            var unread = await database.ReadAsync(tx => Inbox.Unread(tx, id), context.RequestAborted);
            var user = new UserModel(id, caller.Username, caller.Role.Name(), caller.Language);
            return TypedResults.Ok(new Me(user, caller.Scopes.Names(), unread, people.Get(id)?.Email, caller.Key));
        }).WithName("getMe");
        own.MapPatch("/me", async Task<Ok<UserModel>> (MePatch patch, UserDesk desk, HttpContext context) =>
            TypedResults.Ok(await desk.ChangeLanguageAsync(context, patch))).WithName("changeMe");
        routes.MapGroup("/api/v1").Needing(Scopes.Manage, Role.Owner).WithTags("Accounts")
            .MapPost("/owner-links", async Task<Ok<OwnerLinkAnswer>> (OwnerLinks links, HttpContext context) =>
                TypedResults.Ok(await links.IssueAsync(context.RequestAborted))).WithName("createOwnerLink");
        routes.MapUsers();
        routes.MapKeys();
        routes.MapAudit();
    }
}
