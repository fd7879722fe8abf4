using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Muster.Hub.Api;
using Muster.Storage;

namespace Muster.Hub.Accounts.Audit;

internal static class AuditApi
{
    private const int MostListed = 1000;

    public static void MapAudit(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1/audit").Needing(Scopes.Manage, Role.Admin).WithTags("Audit");
        group.MapGet("", async Task<Ok<Page<AuditEntry>>> (string? user, string? action, int? limit, long? after, Database database, HttpContext context) =>
        {
            var count = Math.Clamp(limit ?? 100, 1, MostListed);
            var rows = await database.ReadAsync(tx => AuditStore.List(tx, IdOf(tx, user), action, after ?? long.MaxValue, count + 1), context.RequestAborted);
            return TypedResults.Ok(new Page<AuditEntry>([.. rows.Take(count).Select(Entry)], rows.Count > count ? $"{rows[count - 1].Number}" : null));
        }).WithName("listAudit");
        group.MapGet("/verification", async Task<Ok<AuditVerification>> (Database database, HttpContext context) =>
        {
            var (count, problem) = await database.ReadAsync(AuditStore.Verify, context.RequestAborted);
            return TypedResults.Ok(new AuditVerification(problem is null, count, problem));
        }).WithName("verifyAudit");
    }

    /// <summary>What a user did can be asked for after the account was removed, by its id.</summary>
    private static string? IdOf(Transaction tx, string? user) => user is null ? null : UserStore.FindByName(tx, user)?.Id ?? user;

    private static AuditEntry Entry(AuditRow row) => new(
        row.Number, DateTimeOffset.FromUnixTimeMilliseconds(row.At), Text(row.UserId), Text(row.Username), Text(row.Credential), row.Address, row.Action, Text(row.Subject),
        row.Outcome, Text(row.Detail), row.Hash);

    private static string? Text(string text) => text.Length == 0 ? null : text;
}

/// <param name="UserId">Who did it; null for somebody who was not signed in.</param>
/// <param name="Credential">Id of the key or the sign-in.</param>
/// <param name="Action">Such as <c>user.role</c>.</param>
/// <param name="Subject">What it was done to.</param>
/// <param name="Outcome"><c>done</c> or <c>refused</c>.</param>
/// <param name="Hash">Of this entry and, by that, of all before it.</param>
public sealed record AuditEntry(
    long Number, DateTimeOffset At, string? UserId, string? Username, string? Credential, string Address, string Action, string? Subject, string Outcome, string? Detail, string Hash);

/// <param name="Problem">The first thing that is not as it was written.</param>
public sealed record AuditVerification(bool Good, long Entries, string? Problem);
