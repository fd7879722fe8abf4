using System.Net;
using System.Text.Json;

namespace Muster.Node.Sandbox.Tasks.Containers;

/// <summary>An image that the engine has, told apart by what it is and not by a name that can move.</summary>
/// <param name="Id">What containers are made of.</param>
/// <param name="Digest">As its registry names this very content; the id where no registry knows it.</param>
internal sealed record EngineImage(string Id, string Digest, ImageConfig Config);

/// <summary>Gets images, and throws those away that the node fetched and does not need any more.</summary>
internal static class EngineImages
{
    // Some gigabytes over a slow line.
    private static readonly TimeSpan _patience = TimeSpan.FromMinutes(30);

    /// <exception cref="SandboxUnavailableException">It is not to be had.</exception>
    public static async Task<EngineImage> GetAsync(EngineClient engine, ContainerRequest request, TimeProvider time, CancellationToken cancel)
    {
        var image = request.Image;
        var before = await FindAsync(engine, image, cancel);
        if (request.Pull == PullPolicy.Never && before is null)
        {
            throw new SandboxUnavailableException($"The image {image} is not on this machine, and `pull: never` keeps the engine from fetching it.");
        }

        if (request.Pull == PullPolicy.Always || before is null)
        {
            await PullAsync(engine, image, time, cancel);
        }

        var found = request.Pull == PullPolicy.Always || before is null ? await FindAsync(engine, image, cancel) : before;
        if (found is null)
        {
            throw new SandboxUnavailableException($"The image {image} was fetched, but is not there. Look into the engine's log.");
        }

        if (before is not null && before.Id != found.Id)
        {
            await ForgetAsync(engine, before, cancel);
        }

        return Of(image, found);
    }

    /// <summary>Null when the engine does not have it.</summary>
    public static async Task<ImageInfo?> FindAsync(EngineClient engine, string image, CancellationToken cancel)
    {
        try
        {
            return await engine.GetAsync($"/images/{Path(image)}/json", EngineJson.Default.ImageInfo, cancel);
        }
        catch (EngineException refused) when (refused.Status == HttpStatusCode.NotFound)
        {
            return null;
        }
        catch (EngineException refused) when (refused.Status is not null)
        {
            throw new SandboxUnavailableException($"The image {image} cannot be looked up: {refused.Message}.", refused);
        }
    }

    private static EngineImage Of(string image, ImageInfo found)
    {
        var at = image.IndexOf('@', StringComparison.Ordinal);
        var digests = found.RepoDigests ?? [];
        var digest = at > 0 ? image[(at + 1)..] : digests.Select(known => known[(known.IndexOf('@', StringComparison.Ordinal) + 1)..]).FirstOrDefault(found.Id);
        return at > 0 && digest != found.Id && !digests.Any(known => known.EndsWith("@" + digest, StringComparison.Ordinal))
            ? throw new SandboxUnavailableException($"The image {image} has another content than its digest says.")
            : new EngineImage(found.Id, digest, found.Config ?? new ImageConfig(null, null, null, null));
    }

    private static async Task PullAsync(EngineClient engine, string image, TimeProvider time, CancellationToken cancel)
    {
        using var tooLong = new CancellationTokenSource(_patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(tooLong.Token, cancel);
        var problem = "";
        try
        {
            // Without a tag it would fetch all that there are.
            var name = image.Contains('@', StringComparison.Ordinal) || image.LastIndexOf(':') > image.LastIndexOf('/') ? image : image + ":latest";
            await engine.StreamAsync($"/images/create?fromImage={Uri.EscapeDataString(name)}", null, line => problem = Problem(line) ?? problem, either.Token);
        }
        catch (EngineException refused)
        {
            problem = refused.Message;
        }
        catch (OperationCanceledException late) when (!cancel.IsCancellationRequested)
        {
            throw new SandboxUnavailableException($"The image {image} could not be fetched within {_patience.TotalMinutes:0} minutes.", late);
        }

        if (problem.Length > 0)
        {
            throw new SandboxUnavailableException($"The image {image} could not be fetched: {problem.TrimEnd('.')}.");
        }
    }

    // The answer is a success from its first byte on, whatever comes later.
    private static string? Problem(ReadOnlyMemory<char> line)
    {
        try
        {
            return line.Span.IsWhiteSpace() ? null : JsonSerializer.Deserialize(line.Span, EngineJson.Default.PullLine)?.Error;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>The name moved on to a newer one; another name, or a container, keeps the old one.</summary>
    private static async Task ForgetAsync(EngineClient engine, ImageInfo old, CancellationToken cancel)
    {
        if (await FindAsync(engine, old.Id, cancel) is { RepoTags: null or { Count: 0 } })
        {
            await engine.DoAsync(HttpMethod.Delete, $"/images/{Path(old.Id)}", cancel, HttpStatusCode.NotFound, HttpStatusCode.Conflict);
        }
    }

    private static string Path(string image) => string.Join('/', image.Split('/').Select(Uri.EscapeDataString));
}
