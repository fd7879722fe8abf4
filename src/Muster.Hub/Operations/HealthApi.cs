using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Muster.Hub.Accounts;
using Muster.Hub.Api;
using Muster.Hub.Fleet;
using Muster.Hub.Routing.Commands;

namespace Muster.Hub.Operations;

public sealed record HealthAnswer(string Status, string Version, IReadOnlyList<HealthNode> Nodes);

/// <param name="LastSeen">How long ago, while it is offline: "5m ago".</param>
public sealed record HealthNode(string NodeId, string Status, int? Users, int? Sessions, string? LastSeen);

internal static class HealthApi
{
    public static void MapHealth(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/health", Ok<HealthAnswer> (NodeDirectory nodes, HubOptions options, TimeProvider time, HttpContext context) =>
            TypedResults.Ok(new HealthAnswer(
                "ok", options.ProgramVersion, MaySee(context, options) ? [.. nodes.All.Select(node => Describe(node, time.GetUtcNow()))] : []))).WithTags("Operations").WithName("getHealth");

    private static bool MaySee(HttpContext context, HubOptions options)
    {
        var header = context.Request.Headers.Authorization.ToString();
        return Doorkeeper.IsLoopback(context) || context.TryCaller() is not null
            || (options.RouterSecret is { Length: > 0 } secret && Secrets.Same("Bearer " + secret, header));
    }

    private static HealthNode Describe(NodeSnapshot node, DateTimeOffset now) => node.Online
        ? new HealthNode(node.Name, "online", node.Users.Count, node.Sessions, null)
        : new HealthNode(node.Name, "offline", null, null, node.LastSeen is { } seen ? NodesCommand.Age(now - seen) + " ago" : null);
}
