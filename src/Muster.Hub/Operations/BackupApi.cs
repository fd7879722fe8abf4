using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Muster.Hub.Accounts;
using Muster.Hub.Api;
using Muster.Protocol.Transfers;
using Muster.Storage;

namespace Muster.Hub.Operations;

internal static class BackupApi
{
    public static void MapBackups(this IEndpointRouteBuilder routes)
    {
        var one = new SemaphoreSlim(1);
        routes.MapGroup("/api/v1").Needing(Scopes.Manage, Role.Owner).WithTags("Operations")
            .MapPost("/backups", async Task<PushStreamHttpResult> (Database database, HubOptions options, HttpContext context) =>
            {
                if (!await one.WaitAsync(TimeSpan.Zero, context.RequestAborted))
                {
                    throw ApiException.Conflict("A backup is being made already: wait until it is there.");
                }

                context.Response.OnCompleted(() =>
                {
                    one.Release();
                    return Task.CompletedTask;
                });
                var backup = await TakeAsync(database, options, context.RequestAborted);
                context.Response.RegisterForDispose(backup);
                return TypedResults.Stream(
                    output => backup.WriteAsync(output, context.RequestAborted),
                    "application/gzip",
                    $"muster-{options.Time.GetUtcNow():yyyyMMdd-HHmmss}.tar.gz");
            })
            .WithName("createBackup");
    }

    private static async Task<HubBackup> TakeAsync(Database database, HubOptions options, CancellationToken cancel)
    {
        try
        {
            return await HubBackup.TakeAsync(database, options, cancel);
        }
        catch (IOException full) when (FileTransfer.IsDiskFull(full))
        {
            throw new ApiException(503, "storage", $"The disk that holds {options.Home} is full, and a backup needs room there for a copy of the rows: free some space, then try again.");
        }
    }
}
