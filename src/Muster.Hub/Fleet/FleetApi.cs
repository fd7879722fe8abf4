using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Muster.Hub.Accounts;
using Muster.Hub.Accounts.Audit;
using Muster.Hub.Api;
using Muster.Hub.Fleet.Enrolment;
using Muster.Hub.Fleet.Permissions;

namespace Muster.Hub.Fleet;

/// <summary>Machines: list, rename, remove; and the doors through which they come.</summary>
public static class FleetApi
{
    public static void MapFleet(this IEndpointRouteBuilder routes)
    {
        var nodes = routes.MapGroup("/api/v1/nodes");
        nodes.MapGet("", List).Needing(Scopes.Ask).Produces<NodeList>();
        nodes.MapGet("/{id}", Get).Needing(Scopes.Ask).Produces<NodeView>();
        nodes.MapPatch("/{id}", RenameAsync).Needing(Scopes.Manage, Role.Member).Produces<NodeView>();
        nodes.MapDelete("/{id}", RemoveAsync).Needing(Scopes.Manage, Role.Member);
        routes.MapPermissions();
        routes.MapEnrolment();
        routes.MapLinks();
    }

    private static IResult List(HttpContext context, NodeDirectory nodes, FleetPeople people)
    {
        var caller = context.Caller();
        return Results.Json(
            new NodeList([.. nodes.All.Where(caller.MaySee).Select(node => NodeView.Of(node, people, caller.User))], Next: null),
            FleetJson.Default.NodeList);
    }

    private static IResult Get(string id, HttpContext context, NodeDirectory nodes, FleetPeople people) =>
        View(context.Caller().FindNode(nodes, id), context, people);

    private static async Task<IResult> RenameAsync(
        string id, NodePatch patch, HttpContext context, NodeDirectory nodes, FleetPeople people, Enrolments enrolments, AuditLog audit)
    {
        var node = context.Caller().FindNode(nodes, id, manage: true);
        if (node.Dialect == NodeDialect.PhoneWork)
        {
            throw ApiException.Invalid("name", $"{node.Name} names itself:", "change NODE_ID in its host_config.yaml.");
        }

        var name = NodeName.Checked(patch.Name);
        return await enrolments.RenameAsync(
            node.Id, name, tx => audit.Add(tx, AuditActor.Of(context), "node.rename", node.Name, $"to {name}"), context.RequestAborted) is { } free
            ? throw NodeRights.NameTaken(name, free)
            : View(nodes.Find(node.Id) ?? node, context, people);
    }

    private static async Task<IResult> RemoveAsync(string id, HttpContext context, NodeDirectory nodes, Enrolments enrolments, AuditLog audit)
    {
        var node = context.Caller().FindNode(nodes, id, manage: true);
        await enrolments.RemoveAsync(node.Id, tx => audit.Add(tx, AuditActor.Of(context), "node.remove", node.Name, node.Id.ToString()), context.RequestAborted);
        return Results.NoContent();
    }

    private static IResult View(NodeSnapshot node, HttpContext context, FleetPeople people) =>
        Results.Json(NodeView.Of(node, people, context.Caller().User), FleetJson.Default.NodeView);
}
