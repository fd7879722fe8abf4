using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Muster.Hub.Fleet.Enrolment;

namespace Muster.Hub.Fleet;

/// <summary>Machines: list, rename, remove; and the doors through which they come.</summary>
public static class FleetApi
{
    public static void MapFleet(this IEndpointRouteBuilder routes)
    {
        var nodes = routes.MapGroup("/api/v1/nodes");
        nodes.MapGet("", List).RequireAuthorization("ask").Produces<NodeList>();
        nodes.MapGet("/{id}", Get).RequireAuthorization("ask").Produces<NodeView>();
        nodes.MapPatch("/{id}", RenameAsync).RequireAuthorization("manage").Produces<NodeView>();
        nodes.MapDelete("/{id}", RemoveAsync).RequireAuthorization("manage");
        routes.MapEnrolment();
        routes.MapLinks();
    }

    private static IResult List(ClaimsPrincipal user, NodeDirectory nodes, FleetPeople people) => Results.Json(
        new NodeList([.. nodes.All.Where(node => Caller.MaySee(user, node)).Select(node => NodeView.Of(node, people, Caller.Id(user)))], Next: null),
        FleetJson.Default.NodeList);

    private static IResult Get(string id, ClaimsPrincipal user, NodeDirectory nodes, FleetPeople people) =>
        Caller.Find(nodes, user, id) is { } node ? View(node, user, people) : FleetProblems.NotFound(id);

    private static async Task<IResult> RenameAsync(
        string id, NodePatch patch, ClaimsPrincipal user, NodeDirectory nodes, FleetPeople people, Enrolments enrolments, CancellationToken cancel)
    {
        if (Caller.Find(nodes, user, id, manage: true) is not { } node)
        {
            return FleetProblems.NotFound(id);
        }

        if (node.Dialect == NodeDialect.PhoneWork)
        {
            return FleetProblems.Invalid($"{node.Name} names itself: change NODE_ID in its host_config.yaml.");
        }

        if (patch.Name is not { } name || !NodeName.IsValid(name))
        {
            return FleetProblems.Invalid($"\"{patch.Name}\" cannot be a machine's name: {NodeName.Rule}.");
        }

        return await enrolments.RenameAsync(node.Id, name, cancel) is { } free
            ? FleetProblems.NameTaken(name, free)
            : View(nodes.Find(node.Id) ?? node, user, people);
    }

    private static async Task<IResult> RemoveAsync(string id, ClaimsPrincipal user, NodeDirectory nodes, Enrolments enrolments, CancellationToken cancel)
    {
        if (Caller.Find(nodes, user, id, manage: true) is not { } node)
        {
            return FleetProblems.NotFound(id);
        }

        await enrolments.RemoveAsync(node.Id, cancel);
        return Results.NoContent();
    }

    private static IResult View(NodeSnapshot node, ClaimsPrincipal user, FleetPeople people) =>
        Results.Json(NodeView.Of(node, people, Caller.Id(user)), FleetJson.Default.NodeView);
}
