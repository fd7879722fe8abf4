using System.ComponentModel;
using Muster.Node.Folders;
using Muster.Node.Sandbox.Tasks.Egress;

namespace Muster.Node.Sandbox.Tasks.Containers;

/// <summary>
/// The network that a task with an allow-list is put into: made by a container that only waits, so that the node listens in it before the
/// task begins. Nothing but the node's proxy is on it.
/// </summary>
internal sealed class NetworkHolder : IAsyncDisposable
{
    private readonly EngineClient _engine;

    private NetworkHolder(EngineClient engine, string id, EgressProxy proxy) => (_engine, Id, Proxy) = (engine, id, proxy);

    public string Id { get; }

    public EgressProxy Proxy { get; }

    /// <exception cref="SandboxUnavailableException">The node cannot listen in a container's network.</exception>
    public static async Task<NetworkHolder> OpenAsync(
        FoundEngine engine, (string Name, NewContainer Container) holder, Func<System.Net.Sockets.Socket, EgressProxy> proxy, CancellationToken cancel)
    {
        var id = await engine.Client.CreateAsync(holder.Name, holder.Container, cancel);
        try
        {
            await engine.Client.StartAsync(id, cancel);
            var state = await engine.Client.StateAsync(id, cancel);
            return state.Running ? new NetworkHolder(engine.Client, id, proxy(NamespaceListener.Open(state.Pid, EgressProxy.Port, Libc.geteuid() == 0)))
                : throw new SandboxUnavailableException("The task's network could not be made: the container that holds it ended.");
        }
        catch (Exception failure)
        {
            await engine.Client.RemoveAsync(id, CancellationToken.None);
            throw failure is Win32Exception ? new SandboxUnavailableException($"The task's network could not be made: {failure.Message}.", failure) : failure;
        }
    }

    public async ValueTask DisposeAsync()
    {
        Proxy.Dispose();
        await _engine.RemoveAsync(Id, CancellationToken.None);
    }
}
