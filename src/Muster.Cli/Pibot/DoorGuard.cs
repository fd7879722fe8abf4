using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Muster.Cli.Pibot;

/// <summary>Who may come in. PiBot itself lets in everybody.</summary>
internal sealed class DoorGuard(IReadOnlyList<string> keys, IReadOnlyList<string> allow)
{
    public const int ShortestKey = 16;

    private readonly IReadOnlyList<byte[]> _keys = [.. keys.Select(key => SHA256.HashData(Encoding.UTF8.GetBytes(key)))];
    private readonly IReadOnlyList<IPNetwork> _allow = [.. allow.Select(Network).OfType<IPNetwork>()];

    /// <summary>An address, or a network such as 192.168.1.0/24.</summary>
    public static IPNetwork? Network(string text) =>
        IPNetwork.TryParse(text, out var network) ? network
        : IPAddress.TryParse(text, out var address) ? new IPNetwork(address, address.GetAddressBytes().Length * 8)
        : null;

    /// <summary>A status and a sentence, or null for one who may come in.</summary>
    public (int Status, string Error)? Refuse(HttpContext context)
    {
        var caller = context.Connection.RemoteIpAddress is { } address ? address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address : IPAddress.None;
        if (_allow.Count > 0 && !IPAddress.IsLoopback(caller) && !_allow.Any(network => network.Contains(caller)))
        {
            return (StatusCodes.Status403Forbidden, $"{caller} is not among the addresses that may come in (pibot.allow).");
        }

        if (_keys.Count > 0)
        {
            return IsKnown(context.Request.Headers.Authorization.ToString()) ? null
                : (StatusCodes.Status401Unauthorized, "A key is needed: Authorization: Bearer KEY (pibot.keys).");
        }

        // Without a key a page in this machine's browser would be let in: it names itself as the origin, or a name of its own as the host.
        return context.Request.Headers.Origin.Count > 0 || !IsPlain(context.Request.Host.Host)
            ? (StatusCodes.Status403Forbidden, "Pages in a browser may not come in. Programs name this machine by its address or host name.")
            : null;
    }

    private bool IsKnown(string authorization)
    {
        const string scheme = "Bearer ";
        if (!authorization.StartsWith(scheme, StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        var given = SHA256.HashData(Encoding.UTF8.GetBytes(authorization[scheme.Length..].Trim()));
        return _keys.Any(key => CryptographicOperations.FixedTimeEquals(key, given));
    }

    private static bool IsPlain(string host) =>
        host.Length == 0 || IPAddress.TryParse(host.Trim('[', ']'), out _)
        || new[] { "localhost", Dns.GetHostName(), Dns.GetHostName() + ".local" }.Contains(host, StringComparer.OrdinalIgnoreCase);
}
