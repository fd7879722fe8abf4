using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Muster.Hub.Accounts;
using Muster.Hub.Api;
using Muster.Hub.Chat.Notices;
using Muster.Hub.Chat.Threads;
using Muster.Hub.Chat.Tools;
using Muster.Protocol.Ids;
using Muster.Storage;

namespace Muster.Hub.Chat;

/// <summary>What concerns a user beyond one conversation: the inbox, approvals, and the fleet's events.</summary>
internal static class PersonalApi
{
    public static void MapPersonal(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1").Needing(Scopes.Ask).WithTags("Inbox");
        group.MapGet("/inbox", async Task<Ok<Page<InboxItem>>> (Database database, HttpContext context) =>
            TypedResults.Ok(new Page<InboxItem>(await database.ReadAsync(tx => Inbox.List(tx, User(context)), context.RequestAborted), null))).WithName("listInbox");
        group.MapPost("/inbox/seen", async Task<NoContent> (SeenRequest seen, Database database, HttpContext context) =>
        {
            await database.WriteAsync(tx => Inbox.Seen(tx, User(context), seen.Number), context.RequestAborted);
            return TypedResults.NoContent();
        }).WithName("seeInbox");
        group.MapGet("/approvals", async Task<Ok<Page<ApprovalModel>>> (Database database, TimeProvider time, HttpContext context) =>
            TypedResults.Ok(new Page<ApprovalModel>(
                await database.ReadAsync(tx => Approvals.Waiting(tx, User(context), time.GetUtcNow()), context.RequestAborted), null))).WithName("listApprovals");
        group.MapGet("/events", WatchFleetAsync).Produces(200, null, "text/event-stream").WithName("watchFleet");
        routes.MapGroup("/api/v1").Needing(Scopes.Approve).WithTags("Inbox").MapPost("/approvals/{id}", AnswerAsync).WithName("answerApproval");
    }

    private static async Task<Ok<ApprovalModel>> AnswerAsync(string id, ApprovalDecision decision, Database database, Approvals approvals, HttpContext context)
    {
        var allow = decision.Decision switch
        {
            "allow" => true,
            "deny" => false,
            _ => throw ApiException.Invalid("decision", "The decision must be \"allow\" or \"deny\".", "Send one of them."),
        };
        return TypedResults.Ok(await database.WriteAsync(
            tx =>
            {
                var found = Prefixes.Resolve<Approval>(
                    tx, id, "approval", "select id from approvals where conversation_id in (select id from conversations where user_id = @user)",
                    new { user = User(context) });
                return approvals.Answer(tx, found, new Decision(allow, decision.Digest, decision.Remember), context.Caller().Username);
            },
            context.RequestAborted));
    }

    private static async Task WatchFleetAsync(ThreadFeeds feeds, TimeProvider time, HttpContext context)
    {
        using var watcher = feeds.Fleet.Watch(User(context));
        var stream = new EventStream(context, time);
        await stream.OpenAsync();
        await stream.FollowAsync(watcher, _ => true);
    }

    private static string User(HttpContext context) => context.Caller().User.ToString();
}
