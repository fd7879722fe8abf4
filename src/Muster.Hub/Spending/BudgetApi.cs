using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Muster.Hub.Accounts;
using Muster.Hub.Api;
using Muster.Hub.Chat;
using Muster.Hub.Ledger;
using Muster.Hub.Schedules;
using Muster.Hub.Spending.Tasks;
using Muster.Storage;

namespace Muster.Hub.Spending;

internal static class BudgetApi
{
    public static void MapBudgets(this IEndpointRouteBuilder routes)
    {
        var conversations = routes.MapGroup("/api/v1/conversations").Needing(Scopes.Ask).WithTags("Conversations");
        conversations.MapGet("/{id}/budget", async Task<Ok<BudgetModel>> (string id, Database database, HttpContext context) =>
            TypedResults.Ok(await database.ReadAsync(tx => Model(tx, Conversation(tx, context, id)), context.RequestAborted))).WithName("getConversationBudget");
        conversations.MapPut("/{id}/budget", async Task<Ok<BudgetModel>> (string id, BudgetRequest request, BudgetDesk desk, Database database, HttpContext context) =>
            TypedResults.Ok(await database.WriteAsync(tx => Change(tx, desk, context, Conversation(tx, context, id), request), context.RequestAborted))).WithName("setConversationBudget");
        var schedules = routes.MapGroup("/api/v1/schedules").Needing(Scopes.Ask, Role.Member).WithTags("Schedules");
        schedules.MapGet("/{id}/budget", async Task<Ok<BudgetModel>> (string id, Database database, HttpContext context) =>
            TypedResults.Ok(await database.ReadAsync(tx => Model(tx, Schedule(tx, context, id)), context.RequestAborted))).WithName("getScheduleBudget");
        schedules.MapPut("/{id}/budget", async Task<Ok<BudgetModel>> (string id, BudgetRequest request, BudgetDesk desk, Database database, HttpContext context) =>
            TypedResults.Ok(await database.WriteAsync(tx => Change(tx, desk, context, Schedule(tx, context, id), request), context.RequestAborted))).WithName("setScheduleBudget");
        routes.MapGroup("/api/v1/jobs").Needing(Scopes.Ask).WithTags("Jobs").MapGet("/{id}/budget", async Task<Ok<BudgetModel>> (string id, TaskBudgets budgets, HttpContext context) =>
            TypedResults.Ok(await budgets.GetAsync(context, id))).WithName("getTaskBudget");
        routes.MapGroup("/api/v1/jobs").Needing(Scopes.Run, Role.Member).WithTags("Jobs").MapPut("/{id}/budget", async Task<Ok<BudgetModel>> (string id, BudgetRequest request, TaskBudgets budgets, HttpContext context) =>
            TypedResults.Ok(await budgets.ChangeAsync(context, id, request.Change()))).WithName("setTaskBudget");
    }

    private static BudgetModel Change(Transaction tx, BudgetDesk desk, HttpContext context, string scope, BudgetRequest request)
    {
        desk.Change(tx, scope, request.Change(), context.Caller().Scopes.HasFlag(Scopes.Approve));
        return Model(tx, scope);
    }

    private static BudgetModel Model(Transaction tx, string scope)
    {
        var state = SpendingLimits.Of(tx, scope);
        return Model(state, SpendingWaits.More(tx, scope, state));
    }

    public static BudgetModel Model(SpendingState state, Credits? more) => new(
        state.Max is { } max ? new Credits(max).ToString() : null, new Credits(state.Spent).ToString(), state.Max is null ? null : new Credits(state.Left).ToString(), more?.ToString());

    private static string Conversation(Transaction tx, HttpContext context, string id) => ConversationDesk.Find(tx, context.Caller(), id).Id;

    private static string Schedule(Transaction tx, HttpContext context, string id) => ScheduleDesk.Find(tx, context.Caller().User.ToString(), id).Id;
}
