using System.Net;

namespace Muster.Node.Sandbox.Tasks.Egress;

/// <summary>What one task may reach, and the seam of time and transport by which it does.</summary>
/// <param name="Hosts">Null allows every public host.</param>
internal sealed record EgressRules(IReadOnlyList<HostRule>? Hosts)
{
    /// <exception cref="SandboxUnavailableException">The policy names something that is no host, or the owner does not allow it.</exception>
    public static EgressRules? Of(EgressPolicy policy, TaskSandboxOptions options) => policy switch
    {
        EgressPolicy.AllowedHosts allowed => new EgressRules([.. allowed.Hosts.Select(HostRule.Parse)]),
        EgressPolicy.OpenEgress when !options.OpenEgress => throw new SandboxUnavailableException(
            "This node lets no task reach the whole internet. List the hosts that the task needs, or ask the node's owner to set `compute.open_network: true`."),
        EgressPolicy.OpenEgress => new EgressRules((IReadOnlyList<HostRule>?)null),
        _ => null,
    };

    public bool Allow(string host, int port) => Hosts is null || Hosts.Any(rule => rule.Allows(host, port));
}

/// <summary>How names become addresses and addresses connections. Tests have their own internet.</summary>
internal sealed record EgressRoute(
    Func<string, CancellationToken, Task<IPAddress[]>> ResolveAsync,
    Func<IPEndPoint, CancellationToken, Task<System.Net.Sockets.Socket>> ConnectAsync)
{
    public static EgressRoute Real { get; } = new(
        Dns.GetHostAddressesAsync,
        async (address, cancel) =>
        {
            var socket = new System.Net.Sockets.Socket(System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await socket.ConnectAsync(address, cancel);
                return socket;
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        });

    /// <summary>The addresses of a name that are the public internet's and none of this machine's own. Connect to these and to no others.</summary>
    public async Task<IReadOnlyList<IPAddress>> PublicAddressesAsync(string host, CancellationToken cancel) =>
        [.. (await ResolveAsync(host, cancel)).Where(address => PublicAddress.Is(address) && !PublicAddress.IsOwn(address))];
}
