using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Muster.Hub.Accounts;
using Muster.Hub.Api;
using Muster.Hub.Jobs.Views;

namespace Muster.Hub.Jobs.Nodes;

/// <summary>A machine's part in the pool: whether it gets tasks, and how far its results are trusted.</summary>
internal static class NodePoolApi
{
    public static void MapNodePool(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/v1/nodes/{id}/pool", async Task<Ok<NodePoolModel>> (string id, [FromServices] NodePoolDesk desk, HttpContext context) =>
            TypedResults.Ok(await desk.GetAsync(context, id))).Needing(Scopes.Ask).WithTags("Nodes").WithName("getNodePool");
        routes.MapPut("/api/v1/nodes/{id}/gate", async Task<Ok<NodePoolModel>> (string id, GateRequest request, [FromServices] NodePoolDesk desk, HttpContext context) =>
            TypedResults.Ok(await desk.SetGateAsync(context, id, request))).Needing(Scopes.Manage, Role.Member).WithTags("Nodes").WithName("setNodeGate");
        routes.MapPut("/api/v1/nodes/{id}/trust", async Task<Ok<NodePoolModel>> (string id, TrustRequest request, [FromServices] NodePoolDesk desk, HttpContext context) =>
            TypedResults.Ok(await desk.SetTrustAsync(context, id, request))).Needing(Scopes.Manage, Role.Admin).WithTags("Nodes").WithName("setNodeTrust");
    }
}
