using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace Muster.Cli.Composition;

/// <summary>Which of a hub's addresses to use from here, and which from a phone.</summary>
internal static class LocalAddress
{
    /// <summary>A loopback address if there is one; a wildcard becomes loopback.</summary>
    public static string Of(IReadOnlyList<string> urls)
    {
        var local = urls.Select(url => new Uri(url.Replace("://*", "://0.0.0.0", StringComparison.Ordinal).Replace("://+", "://0.0.0.0", StringComparison.Ordinal)))
            .Select(url => url.Host is "0.0.0.0" or "[::]" ? new UriBuilder(url) { Host = "127.0.0.1" }.Uri : url)
            .OrderByDescending(url => url.IsLoopback)
            .First();
        return local.GetLeftPart(UriPartial.Authority);
    }

    /// <summary>This machine's address in its own network, or null without one.</summary>
    public static string? Lan() => NetworkInterface.GetAllNetworkInterfaces()
        .Where(card => card.OperationalStatus == OperationalStatus.Up && card.NetworkInterfaceType is not (NetworkInterfaceType.Loopback or NetworkInterfaceType.Tunnel))
        .OrderByDescending(card => card.GetIPProperties().GatewayAddresses.Count)
        .SelectMany(card => card.GetIPProperties().UnicastAddresses)
        .Select(address => address.Address)
        .FirstOrDefault(address => address.AddressFamily == AddressFamily.InterNetwork && !address.ToString().StartsWith("169.254.", StringComparison.Ordinal))
        ?.ToString();
}
