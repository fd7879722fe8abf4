using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Muster.Hub.Api;
using Muster.Hub.Artifacts.Uploads;
using Muster.Hub.Fleet.Links;
using Muster.Hub.Jobs.Pool;
using Muster.Protocol.Ids;
using Muster.Protocol.Transfers;

namespace Muster.Hub.Artifacts.Nodes;

/// <summary>What nodes fetch and bring for the attempts that they hold. They prove themselves by the token of their link.</summary>
internal static class NodeArtifactsApi
{
    private const string Bearer = "Bearer ";

    public static void MapNodeArtifacts(this IEndpointRouteBuilder routes)
    {
        var attempts = routes.MapGroup("/api/v1/node/attempts/{job:long}/{task:int}/{attempt:int}").NeedingNobody().ExcludeFromDescription();
        attempts.MapGet("/inputs", async (long job, int task, int attempt, AttemptFiles files, HttpContext context) => Results.Json(
            await files.InputsAsync(NodeOf(context), new AttemptName(job, task, attempt), context.RequestAborted), TransferJson.Default.IReadOnlyListInputFile));
        attempts.MapMethods("/artifacts/{sha256}", [HttpMethods.Get, HttpMethods.Head], async (
            long job, int task, int attempt, string sha256, AttemptFiles files, ArtifactStore store, HttpContext context) =>
        {
            var inputs = await files.HashesAsync(NodeOf(context), new AttemptName(job, task, attempt), context.RequestAborted);
            return await ArtifactDownload.ServeAsync(
                store, sha256, (tx, hash) => inputs.Contains(hash) ? ArtifactRows.Find(tx, hash) : null, context.RequestAborted);
        });
        attempts.MapGroup("/artifacts").MapUploads(context => context.RequestServices.GetRequiredService<AttemptFiles>().HolderAsync(
            NodeOf(context), new AttemptName(Long(context, "job"), (int)Long(context, "task"), (int)Long(context, "attempt")), context.RequestAborted));
    }

    /// <exception cref="ApiException">401: the token is of no live link.</exception>
    public static Id<Node> NodeOf(HttpContext context)
    {
        var header = context.Request.Headers.Authorization.ToString();
        var tokens = context.RequestServices.GetRequiredService<TransferTokens>();
        return header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase) && tokens.NodeOf(header[Bearer.Length..].Trim()) is { } node
            ? node
            : throw new ApiException(401, "unauthenticated", "This is for machines with an open link: the token is wrong, or its link is over.");
    }

    private static long Long(HttpContext context, string name) => long.Parse((string)context.GetRouteValue(name)!);
}
