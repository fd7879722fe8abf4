using System.Net;
using Microsoft.AspNetCore.Http;

namespace Muster.Hub.Api;

/// <summary>
/// The names this hub answers to, so that a foreign page cannot reach it by pointing its own name here. Addresses cannot be
/// pointed, so any address is fine.
/// </summary>
internal sealed class KnownHosts(IEnumerable<string> names)
{
    private readonly HashSet<string> _names = new(names, StringComparer.OrdinalIgnoreCase) { "localhost" };

    public bool Knows(HostString host) =>
        host.HasValue && (IPAddress.TryParse(host.Host.Trim('[', ']'), out _) || _names.Contains(host.Host));

    public bool IsOwnOrigin(string origin, HttpRequest request) =>
        Uri.TryCreate(origin, UriKind.Absolute, out var uri)
        && string.Equals(uri.Authority, request.Host.Value, StringComparison.OrdinalIgnoreCase)
        || IsBehindTlsProxy(origin, request);

    // A proxy that ends TLS passes its own name on as Host; the scheme differs, the authority does not.
    private static bool IsBehindTlsProxy(string origin, HttpRequest request) =>
        string.Equals(origin, "https://" + request.Host.Value, StringComparison.OrdinalIgnoreCase);
}
