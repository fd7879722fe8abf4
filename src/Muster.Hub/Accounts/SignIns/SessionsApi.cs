using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Muster.Hub.Api;

namespace Muster.Hub.Accounts.SignIns;

internal static class SessionsApi
{
    public static void MapSessions(this IEndpointRouteBuilder routes)
    {
        var open = routes.MapGroup("/api/v1").NeedingNobody().WithTags("Accounts");
        open.MapPost("/login", async Task<Ok<LoginAnswer>> (LoginRequest request, SignInDesk desk, HttpContext context) =>
            TypedResults.Ok(await desk.LoginAsync(context, request))).WithName("login");
        open.MapPost("/refresh", async Task<Ok<LoginAnswer>> (RefreshRequest request, SignInDesk desk, HttpContext context) =>
            TypedResults.Ok(await desk.RefreshAsync(context, request))).WithName("refresh");

        var own = routes.MapGroup("/api/v1").Needing(Scopes.Ask).WithTags("Accounts");
        own.MapPost("/logout", async Task<NoContent> (SignInDesk desk, HttpContext context) =>
        {
            await desk.LogoutAsync(context);
            return TypedResults.NoContent();
        }).WithName("logout");
        own.MapGet("/me/sessions", async Task<Ok<Page<SessionModel>>> (SessionDesk desk, HttpContext context) =>
            TypedResults.Ok(await desk.ListAsync(context))).WithName("listSessions");
        own.MapDelete("/me/sessions/{id}", async Task<NoContent> (string id, SessionDesk desk, HttpContext context) =>
        {
            await desk.EndAsync(context, id);
            return TypedResults.NoContent();
        }).WithName("endSession");
        own.MapPost("/me/password", async Task<NoContent> (PasswordChange change, SessionDesk desk, HttpContext context) =>
        {
            await desk.ChangePasswordAsync(context, change);
            return TypedResults.NoContent();
        }).WithName("changePassword");
    }
}

public sealed record PasswordChange(string? OldPassword, string? NewPassword);

/// <summary>A place where the user is signed in.</summary>
/// <param name="Kind"><c>browser</c>, <c>token</c> or <c>approval</c>.</param>
/// <param name="Current">It is the one that asks.</param>
public sealed record SessionModel(string Id, string Kind, string Address, string Program, DateTimeOffset CreatedAt, DateTimeOffset UsedAt, DateTimeOffset ExpiresAt, bool Current)
{
    internal static SessionModel Of(SignInRow row, string? current) => new(
        row.Id, row.Kind, row.Address, row.Program, DateTimeOffset.FromUnixTimeMilliseconds(row.CreatedAt), DateTimeOffset.FromUnixTimeMilliseconds(row.UsedAt),
        DateTimeOffset.FromUnixTimeMilliseconds(row.ExpiresAt), row.Id == current);
}
