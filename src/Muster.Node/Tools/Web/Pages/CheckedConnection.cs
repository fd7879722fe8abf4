using System.Net;
using System.Net.Sockets;
using Muster.Agents.Tools;
using Muster.Node.Sandbox.Tasks.Egress;

namespace Muster.Node.Tools.Web.Pages;

/// <summary>Connects to the very address that it has looked at, so that a name cannot be one thing when it is checked and another when it is used.</summary>
internal sealed class CheckedConnection(EgressRoute route, IReadOnlyList<HostRule> privateHosts)
{
    /// <summary>Whether the owner lets pages be fetched from there whatever its address is.</summary>
    public bool IsAllowed(string host, int port) => privateHosts.Any(rule => rule.Allows(host.Trim('[', ']').ToLowerInvariant(), port));

    public async ValueTask<Stream> OpenAsync(SocketsHttpConnectionContext context, CancellationToken cancel)
    {
        var (host, port) = (context.DnsEndPoint.Host, context.DnsEndPoint.Port);
        var addresses = IsAllowed(host, port) ? await route.ResolveAsync(host, cancel) : await route.PublicAddressesAsync(host, cancel);
        if (addresses.Count == 0)
        {
            var entry = host.Contains(':', StringComparison.Ordinal) ? $"[{host}]:{port}" : $"{host}:{port}";
            throw new ToolException(
                $"{host} is at no public address, and private, local or special ones are not fetched. If it may be, this machine's owner can write `{entry}` into `tools.web.private_hosts`.");
        }

        return new NetworkStream(await ConnectAsync(addresses, port, cancel), ownsSocket: true);
    }

    private async Task<Socket> ConnectAsync(IReadOnlyList<IPAddress> addresses, int port, CancellationToken cancel)
    {
        for (var i = 0; ; i++)
        {
            try
            {
                return await route.ConnectAsync(new IPEndPoint(addresses[i], port), cancel);
            }
            catch (SocketException) when (i < addresses.Count - 1)
            {
                // the next one may answer
            }
        }
    }
}
