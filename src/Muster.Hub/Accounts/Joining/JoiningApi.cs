using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Muster.Hub.Accounts.SignIns;
using Muster.Hub.Api;

namespace Muster.Hub.Accounts.Joining;

internal static class JoiningApi
{
    private const int MostListed = 200;

    public static void MapJoining(this IEndpointRouteBuilder routes)
    {
        var open = routes.MapGroup("/api/v1").NeedingNobody().WithTags("Accounts");
        open.MapPost("/register", async Task<Ok<LoginAnswer>> (RegisterRequest request, Registration registration, SignInDesk signIns, ApiLimits limits, HttpContext context) =>
            TypedResults.Ok(await signIns.StartAsync(context, await registration.RegisterAsync(context, request, limits.Joining), request.Cookie))).WithName("register");
        open.MapPost("/password-resets", async Task<NoContent> (ResetRequest request, ResetDesk desk, ApiLimits limits, HttpContext context) =>
        {
            await desk.UseAsync(context, request, limits.Joining);
            return TypedResults.NoContent();
        }).WithName("resetPassword");

        var invites = routes.MapGroup("/api/v1/invites").Needing(Scopes.Manage, Role.Admin).WithTags("Accounts");
        invites.MapPost("", async Task<Ok<InviteAnswer>> (InviteRequest? request, InviteDesk desk, HttpContext context) =>
            TypedResults.Ok(await desk.CreateAsync(context, request ?? new InviteRequest(null, null, null)))).WithName("createInvite");
        invites.MapGet("", async Task<Ok<Page<InviteModel>>> (int? limit, string? after, InviteDesk desk, HttpContext context) =>
            TypedResults.Ok(await desk.ListAsync(context, Math.Clamp(limit ?? 50, 1, MostListed), after))).WithName("listInvites");
        invites.MapDelete("/{id}", async Task<NoContent> (string id, InviteDesk desk, HttpContext context) =>
        {
            await desk.RevokeAsync(context, id);
            return TypedResults.NoContent();
        }).WithName("revokeInvite");
    }
}
