using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Muster.Hub.Accounts;
using Muster.Hub.Api;
using Muster.Hub.Chat;
using Muster.Hub.Jobs.Events;
using Muster.Hub.Jobs.Nodes;
using Muster.Hub.Jobs.Receipts;
using Muster.Hub.Jobs.Steering;
using Muster.Hub.Jobs.Views;
using Muster.Protocol.Receipts;

namespace Muster.Hub.Jobs;

internal static class JobsApi
{
    private const long LargestSpec = 80L << 20;

    public static void MapJobs(this IEndpointRouteBuilder routes)
    {
        routes.MapNodePool();
        MapReads(routes.MapGroup("/api/v1/jobs").Needing(Scopes.Ask).WithTags("Jobs"));
        MapWrites(routes.MapGroup("/api/v1/jobs").Needing(Scopes.Run, Role.Member).WithTags("Jobs"));
        MapTasks(routes.MapGroup("/api/v1/tasks").Needing(Scopes.Ask).WithTags("Jobs"));
        routes.MapGet("/api/v1/job-schema", () => TypedResults.Bytes(Spec.JobSchema.Document, Spec.JobSchema.ContentType)).NeedingNobody().WithTags("Jobs").WithName("getJobSchema");
    }

    private static void MapReads(RouteGroupBuilder group)
    {
        group.MapGet("", async Task<Ok<Page<JobModel>>> (bool? all, int? limit, string? after, JobDesk desk, HttpContext context) =>
            TypedResults.Ok(await desk.ListAsync(context.Caller(), all ?? false, limit, after, context.RequestAborted))).WithName("listJobs");
        group.MapGet("/{id}", async Task<Ok<JobModel>> (string id, JobDesk desk, HttpContext context) =>
            TypedResults.Ok(await desk.GetAsync(context.Caller(), id, context.RequestAborted))).WithName("getJob");
        group.MapGet("/{id}/tasks", async Task<Ok<Page<TaskModel>>> (string id, int? limit, int? after, JobDesk desk, HttpContext context) =>
            TypedResults.Ok(await desk.TasksAsync(context.Caller(), id, after ?? 0, limit, context.RequestAborted))).WithName("listTasks");
        group.MapGet("/{id}/results", async Task<Ok<ResultsModel>> (string id, int? from, int? limit, double? wait, JobDesk desk, HttpContext context) =>
            TypedResults.Ok(await desk.ResultsAsync(context.Caller(), id, from ?? 0, limit, Seconds(wait), context.RequestAborted))).WithName("getResults");
        group.MapGet("/{id}/why", async Task<Ok<WhyModel>> (string id, JobDesk desk, HttpContext context) =>
            TypedResults.Ok(await desk.WhyAsync(context.Caller(), id, context.RequestAborted))).WithName("explainJob");
        group.MapGet("/{id}/receipt", async Task<Ok<Receipt>> (string id, ReceiptDesk desk, HttpContext context) =>
            TypedResults.Ok(await desk.GetAsync(context.Caller(), id, context.RequestAborted))).WithName("getReceipt");
        group.MapGet("/{id}/events", async (string id, long? after, bool? tasks, JobDesk desk, JobEvents events, HttpContext context) =>
        {
            var job = await desk.GetRowAsync(context.Caller(), id, context.RequestAborted);
            await events.ServeAsync(context, job, ChatApi.LastId(context) ?? after ?? 0, tasks ?? true);
        }).Produces(200, null, "text/event-stream").WithName("watchJob");
        group.MapGet("/{id}/logs", async (string id, bool? follow, JobDesk desk, JobLogs logs, HttpContext context) =>
        {
            var (job, task) = await desk.FindWorkAsync(context.Caller(), id, context.RequestAborted);
            await logs.ServeAsync(context, job, task ?? 0, follow ?? false);
        }).Produces(200, null, "text/event-stream").WithName("readLogs");
    }

    private static void MapTasks(RouteGroupBuilder group)
    {
        group.MapGet("", async Task<Ok<Page<RecentTaskModel>>> (int? limit, string? after, string? state, TaskDesk desk, HttpContext context) =>
            TypedResults.Ok(await desk.RecentAsync(context.Caller(), limit, after, state, context.RequestAborted))).WithName("listRecentTasks");
        group.MapGet("/{id}", async Task<Ok<RecentTaskModel>> (string id, TaskDesk desk, HttpContext context) =>
            TypedResults.Ok(await desk.GetAsync(context.Caller(), id, context.RequestAborted))).WithName("getTask");
    }

    private static void MapWrites(RouteGroupBuilder group)
    {
        group.MapPost("", async Task<Created<JobModel>> (JobRequest request, double? wait, JobIntake intake, JobCall call, HttpContext context) =>
        {
            var job = Seconds(wait) is { Ticks: > 0 } patience ? await call.RunAsync(context, request, patience) : await intake.SubmitAsync(context, request);
            return TypedResults.Created("/api/v1/jobs/" + job.Id, job);
        }).WithName("submitJob").WithMetadata(new RequestLimit(LargestSpec));
        group.MapPost("/plan", async Task<Ok<JobPreview>> (JobRequest request, JobIntake intake, HttpContext context) =>
            TypedResults.Ok(await intake.PreviewAsync(context, request))).WithName("planJob").WithMetadata(new RequestLimit(LargestSpec));
        group.MapPost("/package", async Task<Created<JobModel>> ([AsParameters] PackageQuery query, PackageIntake packages, HttpContext context) =>
        {
            var job = await packages.SubmitAsync(context, query);
            return TypedResults.Created("/api/v1/jobs/" + job.Id, job);
        }).WithName("submitPackage");
        group.MapPost("/package/plan", async Task<Ok<JobPreview>> ([AsParameters] PackageQuery query, PackageIntake packages, HttpContext context) =>
            TypedResults.Ok(await packages.PreviewAsync(context, query))).WithName("planPackage");
        group.MapPost("/{id}/cancel", async Task<NoContent> (string id, CancelRequest? request, JobDesk desk, HttpContext context) =>
        {
            await desk.CancelAsync(context.Caller(), id, request ?? new CancelRequest(null), context.RequestAborted);
            return TypedResults.NoContent();
        }).WithName("cancelJob");
        group.MapPost("/{id}/steer", async Task<Ok<SteeredModel>> (string id, SteerRequest request, SteerDesk desk, HttpContext context) =>
            TypedResults.Ok(await desk.SteerAsync(context.Caller(), id, request, context.RequestAborted))).WithName("steerJob");
        group.MapPost("/{id}/pause", async Task<NoContent> (string id, JobDesk desk, HttpContext context) =>
        {
            await desk.PauseAsync(context.Caller(), id, context.RequestAborted);
            return TypedResults.NoContent();
        }).WithName("pauseJob");
        group.MapPost("/{id}/resume", async Task<NoContent> (string id, ResumeRequest? request, JobIntake intake, HttpContext context) =>
        {
            await intake.ResumeAsync(context, id, request ?? new ResumeRequest(null));
            return TypedResults.NoContent();
        }).WithName("resumeJob");
        group.MapPost("/{id}/retry", async Task<Ok<JobModel>> (string id, JobIntake intake, HttpContext context) =>
            TypedResults.Ok(await intake.RetryAsync(context, id))).WithName("retryJob");
    }

    private static TimeSpan Seconds(double? wait) => TimeSpan.FromSeconds(wait is { } seconds && double.IsFinite(seconds) ? Math.Clamp(seconds, 0, 60) : 0);
}
