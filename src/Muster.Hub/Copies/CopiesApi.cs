using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Muster.Hub.Accounts;
using Muster.Hub.Accounts.Audit;
using Muster.Hub.Api;
using Muster.Hub.Artifacts;
using Muster.Hub.Artifacts.Nodes;
using Muster.Hub.Artifacts.Uploads;
using Muster.Protocol.Transfers;

namespace Muster.Hub.Copies;

/// <summary>Copies: for people, and for the machines that take part.</summary>
internal static class CopiesApi
{
    public static void MapCopies(this IEndpointRouteBuilder routes)
    {
        var copies = routes.MapGroup("/api/v1/copies").Needing(Scopes.Ask, Role.Member).WithTags("Copies");
        copies.MapPost("", async Task<Accepted<CopyModel>> (CopyRequest request, CopyDesk desk, CopyRunner runner, Idempotency once, HttpContext context) =>
        {
            var made = await once.OnceAsync(context, JsonSerializer.Serialize(request, HubJson.Default.CopyRequest), HubJson.Default.CopyModel, tx =>
            {
                var copy = desk.Add(tx, context.Caller().User, AuditActor.Of(context), request);
                tx.OnCommitted(() => runner.Begin(copy));
                return copy.Model;
            });
            return TypedResults.Accepted("/api/v1/copies/" + made.Id, made);
        }).WithName("startCopy");
        copies.MapGet("/{id}", Ok<CopyModel> (string id, CopyBook book, HttpContext context) =>
            TypedResults.Ok(book.Find(context.Caller().User, id).Model)).WithName("getCopy");
        copies.MapDelete("/{id}", NoContent (string id, CopyBook book, HttpContext context) =>
        {
            book.Find(context.Caller().User, id).Cancel($"{context.Caller().Username} cancelled it.");
            return TypedResults.NoContent();
        }).WithName("cancelCopy");
        MapNodes(routes);
    }

    /// <summary>Only for the two machines of a copy, each for as long as its own step lasts.</summary>
    private static void MapNodes(IEndpointRouteBuilder routes)
    {
        var node = routes.MapGroup("/api/v1/node/copies/{copy}").NeedingNobody().ExcludeFromDescription();
        node.MapMethods("/artifacts/{sha256}", [HttpMethods.Get, HttpMethods.Head], (string copy, string sha256, CopyBook book, ArtifactStore store, HttpContext context) =>
        {
            var step = book.StepOf(NodeArtifactsApi.NodeOf(context), copy, CopyWords.Write);
            return ArtifactDownload.ServeAsync(
                store, sha256, (tx, hash) => hash == step.Content ? ArtifactRows.FindFor(tx, ArtifactHolder.Copy(copy), hash) : null, context.RequestAborted);
        });
        node.MapGroup("/artifacts").MapUploads(context =>
        {
            var copy = (string)context.GetRouteValue("copy")!;
            context.RequestServices.GetRequiredService<CopyBook>().StepOf(NodeArtifactsApi.NodeOf(context), copy, CopyWords.Read);
            return ValueTask.FromResult(ArtifactHolder.Copy(copy));
        });
    }
}
