using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Muster.Hub.Accounts;
using Muster.Hub.Api;
using Muster.Hub.Jobs.Views;

namespace Muster.Hub.Planning;

internal static class PlansApi
{
    public static void AddPlanning(this IServiceCollection services) => services.AddSingleton<PlanAsker>().AddSingleton<PlanMerge>().AddSingleton<PlanMending>().AddSingleton<PlanDesk>().AddSingleton<PlanKit>();

    public static void MapPlans(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/api/v1/plans", async Task<Ok<PlanModel>> (PlanAsked asked, PlanDesk desk, HttpContext context) =>
            TypedResults.Ok(await desk.AnalyseAsync(asked.Text, context.Caller(), context.RequestAborted))).Needing(Scopes.Ask).WithTags("Plans").WithName("analysePlan");
        routes.MapPost("/api/v1/plans/run", async Task<Created<JobModel>> (PlanRun run, PlanDesk desk, HttpContext context) =>
        {
            var job = await desk.RunAsync(context, run);
            return TypedResults.Created("/api/v1/jobs/" + job.Id, job);
        }).Needing(Scopes.Run, Role.Member).WithTags("Plans").WithName("runPlan");
        routes.MapGet("/api/v1/workers", Ok<WorkersModel> (PlanDesk desk, HttpContext context) => TypedResults.Ok(desk.Workers(context.Caller().User)))
            .Needing(Scopes.Ask).WithTags("Plans").WithName("listWorkers");
    }
}
