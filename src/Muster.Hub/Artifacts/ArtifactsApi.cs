using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Muster.Hub.Accounts;
using Muster.Hub.Api;
using Muster.Hub.Artifacts.Nodes;
using Muster.Hub.Artifacts.Uploads;

namespace Muster.Hub.Artifacts;

internal static class ArtifactsApi
{
    private static readonly string[] _uploads = ["uploadArtifact", "getUpload", "appendToUpload", "cancelUpload"];

    public static void MapArtifacts(this IEndpointRouteBuilder routes)
    {
        var made = routes.MapGroup("/api/v1/artifacts").Needing(Scopes.Ask, Role.Member).WithTags("Artifacts")
            .MapUploads(context => ValueTask.FromResult(ArtifactHolder.Of(context.Caller().User)));
        foreach (var (route, name) in made.Zip(_uploads))
        {
            route.WithName(name);
        }

        routes.MapGroup("/api/v1/artifacts").Needing(Scopes.Ask).WithTags("Artifacts")
            .MapMethods("/{sha256}", [HttpMethods.Get, HttpMethods.Head], (string sha256, ArtifactStore store, TimeProvider time, HttpContext context) =>
            {
                var (caller, now) = (context.Caller(), time.GetUtcNow().ToUnixTimeMilliseconds());
                return ArtifactDownload.ServeAsync(
                    store, sha256, (tx, hash) => ArtifactRows.FindFor(tx, caller.User, caller.Role >= Role.Admin, hash, now), context.RequestAborted, context.Request.Query["name"]);
            })
            .Produces(StatusCodes.Status200OK, null, "application/octet-stream").WithName("getArtifact");
        routes.MapNodeArtifacts();
    }
}
