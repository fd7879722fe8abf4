using System.Net;

namespace Muster.Node.Sandbox.Tasks.Containers;

/// <summary>What is done with containers, one call each. What is so already is no error.</summary>
internal static class ContainerCalls
{
    // A limit that the engine cannot hold is left out by it with no more than a warning.
    private static readonly string[] _left = ["discarded", "not supported", "do not support", "does not support", "ignored"];

    /// <exception cref="SandboxUnavailableException">It was made without one of its limits, and is gone again.</exception>
    public static async Task<string> CreateAsync(this EngineClient engine, string name, NewContainer container, CancellationToken cancel)
    {
        var made = await engine.PostAsync(
            $"/containers/create?name={name}", container, EngineJson.Default.NewContainer, EngineJson.Default.Created, TimeSpan.FromMinutes(2), cancel);
        if (made.Warnings?.FirstOrDefault(warning => _left.Any(word => warning.Contains(word, StringComparison.OrdinalIgnoreCase)) && !warning.Contains("swap", StringComparison.OrdinalIgnoreCase)) is { } limit)
        {
            await engine.RemoveAsync(made.Id, cancel);
            throw new SandboxUnavailableException($"The engine would run the task without one of its limits: {limit.Trim().TrimEnd('.')}.");
        }

        return made.Id;
    }

    public static Task StartAsync(this EngineClient engine, string id, CancellationToken cancel) =>
        engine.DoAsync(HttpMethod.Post, $"/containers/{id}/start", cancel, HttpStatusCode.NotModified);

    public static async Task<ContainerState> StateAsync(this EngineClient engine, string id, CancellationToken cancel) =>
        (await engine.GetAsync($"/containers/{id}/json", EngineJson.Default.ContainerInfo, cancel)).State;

    /// <summary>Null when it cannot be told at this moment: Podman stumbles over a container that is just ending.</summary>
    public static async Task<ContainerState?> LookAsync(this EngineClient engine, string id, CancellationToken cancel)
    {
        try
        {
            return await engine.StateAsync(id, cancel);
        }
        catch (EngineException stumbled) when (stumbled.Status == HttpStatusCode.InternalServerError)
        {
            return null;
        }
    }

    /// <summary>Waits for as long as it runs.</summary>
    public static Task<Waited> WaitAsync(this EngineClient engine, string id, CancellationToken cancel) => engine.PostAsync(
        $"/containers/{id}/wait?condition=not-running", null, EngineJson.Default.NewContainer, EngineJson.Default.Waited, limit: null, cancel);

    public static Task KillAsync(this EngineClient engine, string id, string signal, CancellationToken cancel) =>
        engine.DoAsync(HttpMethod.Post, $"/containers/{id}/kill?signal={signal}", cancel, HttpStatusCode.Conflict, HttpStatusCode.NotFound);

    public static Task PauseAsync(this EngineClient engine, string id, bool paused, CancellationToken cancel) =>
        engine.DoAsync(HttpMethod.Post, $"/containers/{id}/{(paused ? "pause" : "unpause")}", cancel, HttpStatusCode.Conflict, HttpStatusCode.NotFound);

    /// <summary>Ends it, if it runs, and takes its volumes with it.</summary>
    public static Task RemoveAsync(this EngineClient engine, string id, CancellationToken cancel) =>
        engine.DoAsync(HttpMethod.Delete, $"/containers/{id}?force=1&v=1", cancel, HttpStatusCode.NotFound);

    /// <summary>All of a node, that run or not.</summary>
    public static Task<List<ContainerLine>> ListAsync(this EngineClient engine, string node, CancellationToken cancel) => engine.GetAsync(
        $"/containers/json?all=1&filters={Uri.EscapeDataString($$"""{"label":["{{ContainerPlan.NodeLabel}}={{node}}"]}""")}", EngineJson.Default.ListContainerLine, cancel);
}
