using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Muster.Hub.Accounts;
using Muster.Hub.Accounts.Audit;
using Muster.Hub.Api;
using Muster.Hub.Chat.Runs;
using Muster.Protocol.Ids;
using Muster.Storage;

namespace Muster.Hub.Fleet.Permissions;

/// <summary>Who may ask a machine, run tasks on it and manage it.</summary>
internal static class PermissionApi
{
    private const int MostNames = 1000;

    public static void MapPermissions(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/v1/nodes/{id}/permissions", Get).Needing(Scopes.Ask, Role.Member).Produces<PermissionsModel>().WithName("getNodePermissions");
        routes.MapPut("/api/v1/nodes/{id}/permissions", PutAsync).Needing(Scopes.Manage, Role.Member).Produces<PermissionsModel>().WithName("setNodePermissions");
    }

    private static IResult Get(string id, HttpContext context, NodeDirectory nodes, FleetPeople people) =>
        Answer(context.Caller().FindNode(nodes, id, manage: true), people);

    private static async Task<IResult> PutAsync(
        string id, PermissionsRequest request, HttpContext context, NodeDirectory nodes, [FromServices] PermissionParts parts)
    {
        var caller = context.Caller();
        var node = caller.FindNode(nodes, id, manage: true);
        if (node.Dialect != NodeDialect.Muster)
        {
            throw ApiException.Conflict(node.Dialect == NodeDialect.PhoneWork
                ? $"{node.Name} says itself whom it serves: change SERVES_USERS in its host_config.yaml, and phonework.users of the hub."
                : $"{node.Name} is a program that serves its own user alone.");
        }

        var before = PermissionLists.Of(node);
        var after = new PermissionLists(
            Read(request.Ask, "ask", node, parts.People) ?? before.Ask, Read(request.Run, "run", node, parts.People) ?? before.Run,
            Read(request.Manage, "manage", node, parts.People) ?? before.Manage);
        if (!after.Manage.SetEquals(before.Manage) && !caller.Owns(node))
        {
            throw ApiException.Forbidden($"Only {node.Name}'s owner or an admin says who manages it.");
        }

        await parts.Database.WriteAsync(
            tx =>
            {
                parts.Permissions.Set(tx, node, after);
                parts.Audit.Add(tx, AuditActor.Of(context), "node.permissions", node.Name, Changes(before, after, parts.People));
            },
            context.RequestAborted);
        await parts.Runs.StopAsync(node.Id, before.Ask.Except(after.Ask).ToHashSet());
        return Answer(nodes.Find(node.Id) ?? node, parts.People);
    }

    /// <summary>The owner is on every list without being named.</summary>
    private static HashSet<Id<User>>? Read(IReadOnlyList<string?>? names, string field, NodeSnapshot node, FleetPeople people)
    {
        if (names is null)
        {
            return null;
        }

        return names.Count > MostNames
            ? throw ApiException.Invalid(field, $"The list has more than {MostNames} names.", "Send fewer.")
            : [.. names.Select(name => people.Find(name ?? "") ?? throw ApiException.Invalid(field, $"There is no user named \"{name}\".", "Check the name; muster user list shows them.")).Where(user => user != node.Owner)];
    }

    private static IResult Answer(NodeSnapshot node, FleetPeople people)
    {
        string[] Names(IEnumerable<Id<User>> users) => [.. users.Select(people.NameOf).OfType<string>().Order(StringComparer.OrdinalIgnoreCase)];
        var lists = PermissionLists.Of(node);
        return Results.Json(
            new PermissionsModel(node.Name, people.NameOf(node.Owner) ?? "", Names(lists.Ask), Names(lists.Run), Names(lists.Manage)), FleetJson.Default.PermissionsModel);
    }

    private static string Changes(PermissionLists before, PermissionLists after, FleetPeople people) => string.Join(", ",
        new[] { ("ask", before.Ask, after.Ask), ("run", before.Run, after.Run), ("manage", before.Manage, after.Manage) }.SelectMany(list =>
            list.Item3.Except(list.Item2).Select(user => $"+{people.NameOf(user)} {list.Item1}").Concat(list.Item2.Except(list.Item3).Select(user => $"-{people.NameOf(user)} {list.Item1}"))));
}

/// <summary>What a change of the lists needs.</summary>
internal sealed record PermissionParts(Database Database, NodePermissions Permissions, AskedRuns Runs, FleetPeople People, AuditLog Audit);

/// <summary>Names of users; the owner is not among them and may do everything.</summary>
public sealed record PermissionsModel(string Node, string Owner, IReadOnlyList<string> Ask, IReadOnlyList<string> Run, IReadOnlyList<string> Manage);

/// <summary>Each list replaces the one that there is; what is null stays.</summary>
public sealed record PermissionsRequest(IReadOnlyList<string?>? Ask, IReadOnlyList<string?>? Run, IReadOnlyList<string?>? Manage);
