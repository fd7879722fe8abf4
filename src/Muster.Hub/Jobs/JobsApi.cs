using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Muster.Hub.Accounts;
using Muster.Hub.Api;
using Muster.Hub.Jobs.Views;

namespace Muster.Hub.Jobs;

internal static class JobsApi
{
    public static void MapJobs(this IEndpointRouteBuilder routes)
    {
        var read = routes.MapGroup("/api/v1/jobs").Needing(Scopes.Ask).WithTags("Jobs");
        read.MapGet("", async Task<Ok<Page<JobModel>>> (bool? all, int? limit, string? after, JobDesk desk, HttpContext context) =>
            TypedResults.Ok(await desk.ListAsync(context.Caller(), all ?? false, limit, after, context.RequestAborted))).WithName("listJobs");
        read.MapGet("/{id}", async Task<Ok<JobModel>> (string id, JobDesk desk, HttpContext context) =>
            TypedResults.Ok(await desk.GetAsync(context.Caller(), id, context.RequestAborted))).WithName("getJob");
        read.MapGet("/{id}/tasks", async Task<Ok<Page<TaskModel>>> (string id, int? limit, int? after, JobDesk desk, HttpContext context) =>
            TypedResults.Ok(await desk.TasksAsync(context.Caller(), id, after ?? 0, limit, context.RequestAborted))).WithName("listTasks");
        read.MapGet("/{id}/results", async Task<Ok<ResultsModel>> (string id, int? from, int? limit, double? wait, JobDesk desk, HttpContext context) =>
            TypedResults.Ok(await desk.ResultsAsync(context.Caller(), id, from ?? 0, limit, Seconds(wait), context.RequestAborted))).WithName("getResults");

        var write = routes.MapGroup("/api/v1/jobs").Needing(Scopes.Spend, Role.Member).WithTags("Jobs");
        write.MapPost("/{id}/cancel", async Task<NoContent> (string id, CancelRequest? request, JobDesk desk, HttpContext context) =>
        {
            await desk.CancelAsync(context.Caller(), id, request ?? new CancelRequest(null, null), context.RequestAborted);
            return TypedResults.NoContent();
        }).WithName("cancelJob");
        write.MapPost("/{id}/pause", async Task<NoContent> (string id, JobDesk desk, HttpContext context) =>
        {
            await desk.PauseAsync(context.Caller(), id, context.RequestAborted);
            return TypedResults.NoContent();
        }).WithName("pauseJob");
    }

    private static TimeSpan Seconds(double? wait) => TimeSpan.FromSeconds(wait is { } seconds && double.IsFinite(seconds) ? Math.Clamp(seconds, 0, 60) : 0);
}
