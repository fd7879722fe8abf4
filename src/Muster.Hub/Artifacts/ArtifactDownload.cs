using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using Muster.Hub.Api;
using Muster.Protocol.Transfers;
using Muster.Storage;

namespace Muster.Hub.Artifacts;

/// <summary>Sends an artifact, whole or in ranges; its hash is its ETag.</summary>
internal static class ArtifactDownload
{
    // Kinds that can hold no script: an artifact comes from anywhere, and is served from the hub's own address.
    private static readonly Dictionary<string, string> Pictures = new(StringComparer.Ordinal)
    {
        [".png"] = "image/png", [".jpg"] = "image/jpeg", [".jpeg"] = "image/jpeg", [".gif"] = "image/gif", [".webp"] = "image/webp",
    };

    /// <param name="find">Finds it where the caller may read it.</param>
    /// <param name="name">What it is saved as; its hash by default. Of a picture it says which kind, so that pages can show it.</param>
    public static async Task<IResult> ServeAsync(ArtifactStore store, string sha256, Func<Transaction, ContentHash, ArtifactRow?> find, CancellationToken cancel, string? name = null)
    {
        // What is no hash, is not there or is another's cannot be told apart.
        if (!ContentHash.TryParse(sha256, out var hash))
        {
            throw ApiException.NotFound("artifact");
        }

        var stream = await store.OpenAsync(hash, tx => find(tx, hash), cancel);
        return Results.Stream(
            stream, Pictures.GetValueOrDefault(Path.GetExtension(name ?? "").ToLowerInvariant(), "application/octet-stream"), Clean(name) ?? hash.ToString(), entityTag: new EntityTagHeaderValue($"\"{hash}\""), enableRangeProcessing: true);
    }

    private static string? Clean(string? name)
    {
        var kept = new string([.. (name ?? "").Where(letter => !char.IsControl(letter) && letter is not ('/' or '\\' or '"'))]).Trim();
        return kept is "" or "." or ".." ? null : kept.Length <= 255 ? kept : kept[^255..];
    }
}
