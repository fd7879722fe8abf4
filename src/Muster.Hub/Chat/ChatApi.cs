using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Muster.Hub.Accounts;
using Muster.Hub.Api;
using Muster.Hub.Chat.Runs;
using Muster.Hub.Chat.Threads;
using Muster.Storage;

namespace Muster.Hub.Chat;

internal static class ChatApi
{
    private const int MostListed = 200;

    public static void MapChat(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1/conversations").Needing(Scopes.Ask).WithTags("Conversations");
        MapConversations(group);
        group.MapPost("/{id}/messages", async Task<Accepted<MessageAccepted>> (string id, MessagePost post, Intake intake, HttpContext context) =>
            TypedResults.Accepted((string?)null, await intake.AcceptAsync(context.Caller(), id, post, context.RequestAborted))).WithName("postMessage");
        group.MapPost("/{id}/stop", async Task<Ok<StopAnswer>> (string id, ConversationDesk desk, Stops stops, HttpContext context) =>
        {
            var found = await desk.ResolveAsync(context.Caller(), id, context.RequestAborted);
            try
            {
                return TypedResults.Ok(await stops.StopAsync(found, context.RequestAborted));
            }
            catch (StorageException refused)
            {
                throw new ApiException(503, "storage", refused.Message + " Nothing was stopped: what works goes on.");
            }
        }).WithName("stopConversation");
        group.MapGet("/{id}/events", async (string id, long? after, ConversationDesk desk, ThreadReader reader, HttpContext context) =>
        {
            var caller = context.Caller();
            var found = await desk.ResolveAsync(caller, id, context.RequestAborted);
            await reader.ServeAsync(context, found, caller.User.ToString(), LastId(context) ?? after ?? 0);
        }).Produces(200, null, "text/event-stream").WithName("watchConversation");
    }

    /// <summary>A browser that reconnects sends the last id it saw, which is newer than what its address says.</summary>
    public static long? LastId(HttpContext context) => long.TryParse(context.Request.Headers["Last-Event-ID"], out var last) ? last : null;

    private static void MapConversations(RouteGroupBuilder group)
    {
        group.MapPost("", async Task<Created<ConversationModel>> (ConversationCreate request, ConversationDesk desk, HttpContext context) =>
        {
            var made = await desk.CreateAsync(context, request);
            return TypedResults.Created("/api/v1/conversations/" + made.Id, made);
        }).WithName("createConversation");
        group.MapGet("", async Task<Ok<Page<ConversationModel>>> (int? limit, string? after, ConversationDesk desk, HttpContext context) =>
            TypedResults.Ok(await desk.ListAsync(context.Caller(), Math.Clamp(limit ?? 50, 1, MostListed), after, context.RequestAborted))).WithName("listConversations");
        group.MapGet("/{id}", async Task<Ok<ConversationModel>> (string id, ConversationDesk desk, HttpContext context) =>
            TypedResults.Ok(await desk.GetAsync(context.Caller(), id, context.RequestAborted))).WithName("getConversation");
        group.MapPatch("/{id}", async Task<Ok<ConversationModel>> (string id, ConversationPatch patch, ConversationDesk desk, HttpContext context) =>
            TypedResults.Ok(await desk.ChangeAsync(context.Caller(), id, patch, context.RequestAborted))).WithName("changeConversation");
        group.MapDelete("/{id}", async Task<NoContent> (string id, ConversationDesk desk, HttpContext context) =>
        {
            await desk.DeleteAsync(context.Caller(), id, context.RequestAborted);
            return TypedResults.NoContent();
        }).WithName("deleteConversation");
    }
}
