using System.Net;
using System.Net.Sockets;

namespace Muster.Hub.Accounts;

/// <summary>What counts as one address: whoever has one of IPv6 has the 2^64 beside it.</summary>
internal static class Networks
{
    public static string Of(string address) =>
        IPAddress.TryParse(address, out var ip) && ip.AddressFamily == AddressFamily.InterNetworkV6 && !ip.IsIPv4MappedToIPv6
            ? $"{new IPAddress([.. ip.GetAddressBytes()[..8], 0, 0, 0, 0, 0, 0, 0, 0])}/64"
            : address;
}
