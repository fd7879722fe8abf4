using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Muster.Hub.Accounts;
using Muster.Hub.Api;
using Muster.Hub.Chat;
using Muster.Hub.Ledger;
using Muster.Hub.Schedules;
using Muster.Storage;

namespace Muster.Hub.Spending;

/// <param name="MaxCpt">Null: no limit.</param>
/// <param name="SpentCpt">What was taken, and what is set aside now.</param>
public sealed record BudgetModel(string? MaxCpt, string SpentCpt, string? LeftCpt);

/// <summary>One of the two; neither takes the limit away.</summary>
/// <param name="MaxCpt">The limit, such as <c>5.000000</c>.</param>
/// <param name="AddCpt">On top of the limit that there is.</param>
public sealed record BudgetRequest(string? MaxCpt = null, string? AddCpt = null)
{
    internal BudgetChange Change() => (MaxCpt, AddCpt) switch
    {
        ({ }, { }) => throw ApiException.Invalid("add_cpt", "There is a new limit and something to add to the old one.", "Send one of max_cpt and add_cpt."),
        (null, null) => new BudgetChange(null, Add: false),
        ({ } max, null) => new BudgetChange(Amount(max, "max_cpt")),
        (null, { } more) => new BudgetChange(Amount(more, "add_cpt"), Add: true),
    };

    internal static long Amount(string text, string field) =>
        Credits.Read(text, out var amount) is var (message, fix) ? throw ApiException.Invalid(field, message, fix) : amount.Micro;
}

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
    }

    private static BudgetModel Change(Transaction tx, BudgetDesk desk, HttpContext context, string scope, BudgetRequest request)
    {
        desk.Change(tx, scope, request.Change(), context.Caller().Scopes.HasFlag(Scopes.Approve));
        return Model(tx, scope);
    }

    private static BudgetModel Model(Transaction tx, string scope)
    {
        var state = SpendingLimits.Of(tx, scope);
        return new BudgetModel(
            state.Max is { } max ? new Credits(max).ToString() : null, new Credits(state.Spent).ToString(), state.Max is null ? null : new Credits(state.Left).ToString());
    }

    private static string Conversation(Transaction tx, HttpContext context, string id) => ConversationDesk.Find(tx, context.Caller(), id).Id;

    private static string Schedule(Transaction tx, HttpContext context, string id) => ScheduleDesk.Find(tx, context.Caller().User.ToString(), id).Id;
}
