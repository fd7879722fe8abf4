using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Muster.Hub.Accounts.Joining;
using Muster.Hub.Api;

namespace Muster.Hub.Accounts.Users;

internal static class UsersApi
{
    private const int MostListed = 200;

    public static void MapUsers(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1/users").Needing(Scopes.Manage, Role.Admin).WithTags("Accounts");
        group.MapGet("", async Task<Ok<Page<UserView>>> (int? limit, string? after, UserDesk desk, HttpContext context) =>
            TypedResults.Ok(await desk.ListAsync(Math.Clamp(limit ?? 50, 1, MostListed), after, context.RequestAborted))).WithName("listUsers");
        group.MapGet("/{id}", async Task<Ok<UserView>> (string id, UserDesk desk, HttpContext context) =>
            TypedResults.Ok(await desk.GetAsync(id, context.RequestAborted))).WithName("getUser");
        group.MapPatch("/{id}", async Task<Ok<UserView>> (string id, UserPatch patch, UserDesk desk, HttpContext context) =>
            TypedResults.Ok(await desk.ChangeAsync(context, id, patch))).WithName("changeUser");
        group.MapDelete("/{id}", async Task<NoContent> (string id, UserDesk desk, HttpContext context) =>
        {
            await desk.RemoveAsync(context, id);
            return TypedResults.NoContent();
        }).WithName("removeUser");
        group.MapPost("/{id}/reset", async Task<Ok<ResetAnswer>> (string id, ResetDesk desk, HttpContext context) =>
            TypedResults.Ok(await desk.OfferAsync(context, id))).WithName("createPasswordReset");
    }
}
