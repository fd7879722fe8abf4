using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Muster.Hub.Accounts.Claiming;
using Muster.Hub.Api;
using Muster.Hub.Chat.Notices;
using Muster.Storage;

namespace Muster.Hub.Accounts;

internal static class AccountsApi
{
    public static void AddAccounts(this IServiceCollection services) =>
        services.AddSingleton<Passwords>().AddSingleton<SigningKeys>().AddSingleton<AccessTokens>().AddSingleton<LoginGuard>()
            .AddSingleton<ClaimState>().AddSingleton<KnownCallers>().AddSingleton<SignIn>().AddSingleton<People>().AddSingleton<ClaimDesk>().AddSingleton<AccountDesk>().AddSingleton<OwnerLinks>();

    public static void MapAccounts(this IEndpointRouteBuilder routes)
    {
        var open = routes.MapGroup("/api/v1").NeedingNobody().WithTags("Accounts");
        open.MapGet("/hub", (ClaimState claim, HubOptions options) =>
            TypedResults.Ok(new HubInfo(options.ProgramVersion, claim.Claimed, options.Name))).WithName("getHub");
        open.MapPost("/claim", async Task<Ok<LoginAnswer>> (ClaimRequest request, AccountDesk desk, HttpContext context) =>
            TypedResults.Ok(await desk.ClaimAsync(context, request))).WithName("claim");
        open.MapPost("/login", async Task<Ok<LoginAnswer>> (LoginRequest request, AccountDesk desk, HttpContext context) =>
            TypedResults.Ok(await desk.LoginAsync(context, request))).WithName("login");
        open.MapPost("/refresh", async Task<Ok<LoginAnswer>> (RefreshRequest request, AccountDesk desk, HttpContext context) =>
            TypedResults.Ok(await desk.RefreshAsync(context, request))).WithName("refresh");

        var own = routes.MapGroup("/api/v1").Needing(Scopes.Ask).WithTags("Accounts");
        own.MapPost("/logout", async Task<NoContent> (AccountDesk desk, HttpContext context) =>
        {
            await desk.LogoutAsync(context);
            return TypedResults.NoContent();
        }).WithName("logout");
        own.MapGet("/me", async Task<Ok<Me>> (Database database, HttpContext context) =>
        {
            var caller = context.Caller();
            var unread = await database.ReadAsync(tx => Inbox.Unread(tx, caller.User.ToString()), context.RequestAborted);
            var user = new UserModel(caller.User.ToString(), caller.Username, caller.Role.ToString().ToLowerInvariant(), caller.Language);
            return TypedResults.Ok(new Me(user, caller.Scopes.Names(), unread));
        }).WithName("getMe");
        own.MapPatch("/me", async Task<Ok<UserModel>> (MePatch patch, AccountDesk desk, HttpContext context) =>
            TypedResults.Ok(await desk.ChangeAsync(context, patch))).WithName("changeMe");
        routes.MapGroup("/api/v1").Needing(Scopes.Manage, Role.Owner).WithTags("Accounts")
            .MapPost("/owner-links", async Task<Ok<OwnerLinkAnswer>> (OwnerLinks links, HttpContext context) =>
                TypedResults.Ok(await links.IssueAsync(context.RequestAborted))).WithName("createOwnerLink");
    }
}
