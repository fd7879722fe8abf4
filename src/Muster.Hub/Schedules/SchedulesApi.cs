using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Muster.Hub.Accounts;
using Muster.Hub.Api;
using Muster.Hub.Chat;
using Muster.Hub.Routing;
using Muster.Hub.Spending;
using Muster.Protocol.Ids;
using Muster.Storage;

namespace Muster.Hub.Schedules;

internal static class SchedulesApi
{
    private const int MostListed = 200;

    public static void MapSchedules(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1/schedules").Needing(Scopes.Ask, Role.Member).WithTags("Schedules");
        group.MapPost("", async Task<Created<ScheduleModel>> (ScheduleRequest request, ScheduleDesk desk, Idempotency once, TimeProvider time, HttpContext context) =>
        {
            var made = await once.OnceAsync(
                context, JsonSerializer.Serialize(request, HubJson.Default.ScheduleRequest), HubJson.Default.ScheduleModel, tx => Add(tx, request, desk, time, context));
            return TypedResults.Created("/api/v1/schedules/" + made.Id, made);
        }).WithName("createSchedule");
        group.MapGet("", async Task<Ok<Page<ScheduleModel>>> (bool? ended, int? limit, string? after, ScheduleDesk desk, Database database, HttpContext context) =>
            TypedResults.Ok(await ListAsync(database, desk, User(context), ended ?? false, Math.Clamp(limit ?? 50, 1, MostListed), after, context.RequestAborted))).WithName("listSchedules");
        group.MapGet("/{id}", async Task<Ok<ScheduleModel>> (string id, ScheduleDesk desk, Database database, HttpContext context) =>
            TypedResults.Ok(await database.ReadAsync(tx => desk.Model(ScheduleDesk.Find(tx, User(context), id)), context.RequestAborted))).WithName("getSchedule");
        group.MapPost("/{id}/pause", async Task<Ok<ScheduleModel>> (string id, ScheduleDesk desk, Database database, HttpContext context) =>
            TypedResults.Ok(await database.WriteAsync(tx => desk.Model(desk.Pause(tx, User(context), id)), context.RequestAborted))).WithName("pauseSchedule");
        group.MapPost("/{id}/resume", async Task<Ok<ScheduleModel>> (string id, ScheduleDesk desk, Database database, HttpContext context) =>
            TypedResults.Ok(await database.WriteAsync(tx => desk.Model(desk.Resume(tx, User(context), id)), context.RequestAborted))).WithName("resumeSchedule");
        group.MapDelete("/{id}", async Task<NoContent> (string id, Database database, HttpContext context) =>
        {
            await database.WriteAsync(tx => { ScheduleDesk.Remove(tx, User(context), id); }, context.RequestAborted);
            return TypedResults.NoContent();
        }).WithName("deleteSchedule");
    }

    private static ScheduleModel Add(Transaction tx, ScheduleRequest request, ScheduleDesk desk, TimeProvider time, HttpContext context)
    {
        var caller = context.Caller();
        if (request.Kind is not (null or ScheduleWords.Message or ScheduleWords.Instruction))
        {
            throw ApiException.Invalid("kind", $"\"{request.Kind}\" is no kind of schedule.", "Write message or instruction.");
        }

        // The same door as a message to a conversation: whoever may talk there may plan to.
        var conversation = request.Conversation is null ? null : ConversationDesk.Find(tx, caller, request.Conversation).Id;
        try
        {
            var row = desk.Add(tx, UserStore.Find(tx, caller.User.ToString())!, Id<Schedule>.New(time), new ScheduleWish
            {
                Text = request.Text ?? "", IsInstruction = request.Kind == ScheduleWords.Instruction, When = request.When, At = request.At, EverySeconds = request.EverySeconds,
                Cron = request.Cron, Zone = request.Zone, ConversationId = conversation, Node = request.Node, Session = request.Session, MaxRuns = request.MaxRuns,
                KeyId = caller.Key, MayRun = caller.Scopes.HasFlag(Scopes.Run), Chinese = RouteTexts.IsChinese(request.Text ?? "", caller.Language),
            });
            if (request.MaxCpt is { } max)
            {
                SpendingLimits.Set(tx, row.Id, BudgetRequest.Amount(max, "max_cpt"));
            }

            return desk.Model(row, desk.Summary(row));
        }
        catch (ScheduleMistakeException mistake)
        {
            throw mistake.ForApi();
        }
    }

    private static Task<Page<ScheduleModel>> ListAsync(
        Database database, ScheduleDesk desk, string user, bool ended, int limit, string? after, CancellationToken cancel) => database.ReadAsync(
        tx =>
        {
            var rows = ScheduleStore.List(tx, user, ended, limit + 1, after);
            return new Page<ScheduleModel>([.. rows.Take(limit).Select(row => desk.Model(row))], rows.Count > limit ? rows[limit - 1].Id : null);
        },
        cancel);

    private static string User(HttpContext context) => context.Caller().User.ToString();
}
