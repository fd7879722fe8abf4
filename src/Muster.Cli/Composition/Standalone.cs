using Muster.Cli.State;

namespace Muster.Cli.Composition;

/// <summary>A hub, and usually a node, in this process, announced to the other commands of the home.</summary>
internal sealed class Standalone : IAsyncDisposable
{
    // A question asked before the link is up would be told that the machine is offline.
    private static readonly TimeSpan _linkPatience = TimeSpan.FromSeconds(10);
    private readonly HomeLock _lock;
    private readonly Home _home;

    private Standalone(Home home, HomeLock taken, HubProcess hub, NodeProcess? node)
    {
        _home = home;
        _lock = taken;
        Hub = hub;
        Node = node;
    }

    public HubProcess Hub { get; }

    public NodeProcess? Node { get; }

    /// <summary>The address for commands on this machine.</summary>
    public string LocalUrl => Hub.Local.Url;

    /// <param name="taken">Owned from here on, also when the start fails.</param>
    /// <param name="workingDirectory">Null for a hub alone.</param>
    public static async Task<Standalone> StartAsync(HomeLock taken, HubSettings settings, string? workingDirectory, bool embedded, CancellationToken cancellationToken)
    {
        HubProcess? hub = null;
        try
        {
            hub = await HubProcess.StartAsync(settings with { Embedded = embedded }, cancellationToken);
            var local = hub.Local;
            var node = workingDirectory is null
                ? null
                : await NodeProcess.StartAsync(new NodeSettings(settings.Home, hub.Local, workingDirectory, settings.Configuration, settings.Time, settings.Loggers) { Brief = embedded }, cancellationToken);
            if (node is not null)
            {
                await node.SettledAsync(_linkPatience, settings.Time, cancellationToken);
            }

            new StoredCredential(local.Url, local.Token, local.Fingerprint.Length > 0 ? local.Fingerprint : null, local.User).Write(settings.Home.Credentials);
            new HubFile(local.Url, Environment.ProcessId, embedded, settings.Time.GetUtcNow(), Invocation.Version).Write(settings.Home);
            return new Standalone(settings.Home, taken, hub, node);
        }
        catch
        {
            if (hub is not null)
            {
                await hub.DisposeAsync();
            }

            taken.Dispose();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        File.Delete(_home.HubFile);
        if (Node is not null)
        {
            await Node.DisposeAsync();
        }

        await Hub.DisposeAsync();
        _lock.Dispose();
    }
}
