using System.Net;

namespace Muster.Hub;

/// <summary>One address to listen on.</summary>
internal sealed record HubUrl(bool Https, IPAddress Address, int Port)
{
    public bool Loopback => IPAddress.IsLoopback(Address);

    public bool Any => Address.Equals(IPAddress.Any) || Address.Equals(IPAddress.IPv6Any);

    public static HubUrl? TryParse(string text)
    {
        var normal = text.Replace("://*", "://0.0.0.0", StringComparison.Ordinal).Replace("://+", "://0.0.0.0", StringComparison.Ordinal);
        if (!Uri.TryCreate(normal, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https") || uri.PathAndQuery != "/")
        {
            return null;
        }

        var address = uri.Host == "localhost" ? IPAddress.Loopback : IPAddress.TryParse(uri.Host.Trim('[', ']'), out var parsed) ? parsed : null;
        return address is null ? null : new HubUrl(uri.Scheme == "https", address, uri.Port);
    }

    public string Describe(int port)
    {
        var host = Address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6 ? $"[{Address}]" : Address.ToString();
        return $"{(Https ? "https" : "http")}://{host}:{port}";
    }
}
