using System.Globalization;

namespace Muster.Node.Sandbox.Tasks.Containers;

/// <summary>Finds the engine that is at hand: the first socket that answers.</summary>
internal static class EngineSearch
{
    private const string HowTo =
        "Install and start Docker or Podman (`apt install podman`, `systemctl enable --now podman.socket`), or name its socket with `compute.engine.socket`";

    // What the calls that are made here are written for. An engine that has given it up is asked in the oldest version that it has.
    private static readonly Version _spoken = new(1, 41);

    /// <param name="only">The one socket to look at.</param>
    /// <exception cref="SandboxUnavailableException">None answers, or it cannot do what is needed.</exception>
    public static async Task<FoundEngine> FindAsync(string? only, TimeProvider time, CancellationToken cancel)
    {
        var looked = new List<string>();
        foreach (var socket in only is null ? Places() : [Plain(only)])
        {
            if (!Path.IsPathRooted(socket))
            {
                looked.Add($"{socket} is no socket of this machine");
            }
            else if (!File.Exists(socket))
            {
                looked.Add($"there is no {socket}");
            }
            else
            {
                try
                {
                    return await AskAsync(socket, time, cancel);
                }
                catch (EngineException silent)
                {
                    looked.Add($"{socket}: {silent.Message}");
                }
            }
        }

        throw new SandboxUnavailableException($"Tasks cannot run in containers: no container engine answers ({string.Join("; ", looked)}). {HowTo}.");
    }

    private static IEnumerable<string> Places() =>
        new[]
        {
            Environment.GetEnvironmentVariable("DOCKER_HOST") is { Length: > 0 } host ? Plain(host) : null,
            "/var/run/docker.sock",
            "/run/podman/podman.sock",
            Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR") is { Length: > 0 } own ? Path.Combine(own, "podman/podman.sock") : null,
        }
        .OfType<string>().Distinct(StringComparer.Ordinal);

    private static string Plain(string socket) => socket.StartsWith("unix://", StringComparison.Ordinal) ? socket["unix://".Length..] : socket;

    private static async Task<FoundEngine> AskAsync(string socket, TimeProvider time, CancellationToken cancel)
    {
        var client = new EngineClient(socket, time);
        try
        {
            _ = await client.PingAsync(cancel);
            var version = await client.GetAsync("/version", EngineJson.Default.EngineVersion, cancel);
            var kind = version.Components?.Any(component => component.Name.Contains("Podman", StringComparison.OrdinalIgnoreCase)) == true ? "podman" : "docker";
            var engine = new Engine(kind, version.Version, socket, null);
            if (Number(version.ApiVersion) is not { } newest || newest < _spoken)
            {
                throw new SandboxUnavailableException(
                    $"Tasks cannot run in containers: {engine} at {socket} speaks version {version.ApiVersion} of the Docker API, and {_spoken} is needed. Install a newer one.");
            }

            client.Version = string.Create(CultureInfo.InvariantCulture, $"/v{(Number(version.MinAPIVersion) is { } oldest && oldest > _spoken ? oldest : _spoken)}");
            return new FoundEngine(engine, client, await client.GetAsync("/info", EngineJson.Default.EngineInfo, cancel));
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }

    private static Version? Number(string? text) => System.Version.TryParse(text, out var number) ? number : null;
}
