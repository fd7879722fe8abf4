using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using Muster.Hub.Api;
using Muster.Protocol.Transfers;
using Muster.Storage;

namespace Muster.Hub.Artifacts;

/// <summary>Sends an artifact, whole or in ranges; its hash is its ETag.</summary>
internal static class ArtifactDownload
{
    /// <param name="find">Finds it where the caller may read it.</param>
    public static async Task<IResult> ServeAsync(ArtifactStore store, string sha256, Func<Transaction, ContentHash, ArtifactRow?> find, CancellationToken cancel)
    {
        // What is no hash, is not there or is another's cannot be told apart.
        if (!ContentHash.TryParse(sha256, out var hash))
        {
            throw ApiException.NotFound("artifact");
        }

        var stream = await store.OpenAsync(hash, tx => find(tx, hash), cancel);
        return Results.Stream(
            stream, "application/octet-stream", hash.ToString(), entityTag: new EntityTagHeaderValue($"\"{hash}\""), enableRangeProcessing: true);
    }
}
