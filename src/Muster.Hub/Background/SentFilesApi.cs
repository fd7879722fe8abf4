using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Muster.Hub.Accounts;
using Muster.Hub.Api;
using Muster.Hub.Artifacts;
using Muster.Hub.Artifacts.Nodes;
using Muster.Hub.Artifacts.Uploads;
using Muster.Hub.Chat;
using Muster.Hub.Chat.Runs;
using Muster.Protocol.Ids;
using Muster.Storage;

namespace Muster.Hub.Background;

/// <summary>Where a machine brings the files that a run sends to its user: only that machine, while the run goes on or its calls do.</summary>
internal static class SentFilesApi
{
    public static void MapSentFiles(this IEndpointRouteBuilder routes) =>
        routes.MapGroup("/api/v1/node/runs/{run}/files").NeedingNobody().ExcludeFromDescription().MapUploads(HolderAsync);

    /// <exception cref="ApiException">A guest, or one who may not sign in any more, is sent nothing.</exception>
    public static Id<User> Receiver(People people, string user) => people.Get(user) is { Disabled: false } found && found.Rank >= Role.Member
        ? found.Key
        : throw ApiException.Forbidden("Guests are sent no files: they can read them here.");

    private static async ValueTask<ArtifactHolder> HolderAsync(HttpContext context)
    {
        var node = NodeArtifactsApi.NodeOf(context).ToString();
        var id = (string)context.GetRouteValue("run")!;
        var services = context.RequestServices;
        var user = await services.GetRequiredService<Database>().ReadAsync(
            tx => RunStore.Find(tx, id) is { } run && run.NodeId == node ? ConversationStore.Find(tx, run.ConversationId)?.UserId : null, context.RequestAborted);
        return ArtifactHolder.Of(Receiver(services.GetRequiredService<People>(), user ?? throw ApiException.NotFound("run")));
    }
}
