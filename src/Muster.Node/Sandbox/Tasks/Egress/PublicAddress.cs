using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace Muster.Node.Sandbox.Tasks.Egress;

/// <summary>Which addresses are the public internet's. Everything else is some machine's or network's own (IANA's special-purpose registries).</summary>
internal static class PublicAddress
{
    private static readonly IPNetwork[] _special =
    [
        .. new[]
        {
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
            "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
            "224.0.0.0/4", "240.0.0.0/4",
            // Of the one part of IPv6 that is public: protocol assignments (Teredo among them), documentation, 6to4.
            "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20",
        }.Select(text => IPNetwork.Parse(text)),
    ];

    private static readonly IPNetwork _translated = IPNetwork.Parse("64:ff9b::/96");

    /// <summary>A mapped address (::ffff:10.0.0.1) is none: nobody has a reason to write one. One that NAT64 made is its IPv4 address.</summary>
    public static bool Is(IPAddress address)
    {
        if (_translated.Contains(address))
        {
            return Is(new IPAddress(address.GetAddressBytes().AsSpan(12)));
        }

        return !address.IsIPv4MappedToIPv6
            && (address.AddressFamily == AddressFamily.InterNetwork || (address.GetAddressBytes()[0] & 0b1110_0000) == 0b0010_0000)
            && !_special.Any(network => network.Contains(address));
    }

    /// <summary>Whether it is one of this machine's, public or not: what listens here is not for tasks.</summary>
    public static bool IsOwn(IPAddress address) => NetworkInterface.GetAllNetworkInterfaces()
        .SelectMany(network => network.GetIPProperties().UnicastAddresses)
        .Any(own => own.Address.Equals(address));
}
