using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Muster.Hub.Api;

namespace Muster.Hub.Accounts.Keys;

internal static class KeysApi
{
    public static void MapKeys(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1/keys").Needing(Scopes.Manage, Role.Member).WithTags("Keys");
        group.MapPost("", async Task<Ok<KeyAnswer>> (KeyRequest request, KeyDesk desk, HttpContext context) =>
            TypedResults.Ok(await desk.CreateAsync(context, request))).WithName("createKey");
        group.MapGet("", async Task<Ok<Page<KeyModel>>> (string? user, KeyDesk desk, HttpContext context) =>
            TypedResults.Ok(await desk.ListAsync(context, user))).WithName("listKeys");
        group.MapGet("/{id}", async Task<Ok<KeyModel>> (string id, KeyDesk desk, HttpContext context) =>
            TypedResults.Ok(await desk.GetAsync(context, id))).WithName("getKey");
        group.MapDelete("/{id}", async Task<NoContent> (string id, KeyDesk desk, HttpContext context) =>
        {
            await desk.RevokeAsync(context, id);
            return TypedResults.NoContent();
        }).WithName("revokeKey");
    }
}
