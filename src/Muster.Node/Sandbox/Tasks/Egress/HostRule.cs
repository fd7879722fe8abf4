using System.Buffers;
using System.Globalization;
using System.Net;

namespace Muster.Node.Sandbox.Tasks.Egress;

/// <summary>One entry of an allow-list: <c>example.org</c>, <c>example.org:8443</c>, <c>*.example.org</c>, <c>[2001:db8::1]:443</c>.</summary>
internal sealed record HostRule(string Name, bool Below, int? Port)
{
    private static readonly SearchValues<char> _ofNames = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-._");
    private static readonly int[] _usualPorts = [80, 443];

    /// <exception cref="SandboxUnavailableException">It is none.</exception>
    public static HostRule Parse(string text)
    {
        var below = text.StartsWith("*.", StringComparison.Ordinal);
        if (Split(below ? text[2..] : text) is not var (name, port) || (port is null && text.EndsWith(':')))
        {
            throw new SandboxUnavailableException(
                $"\"{text}\" is no host that a task can be allowed to reach. Write a name (`example.org`), one with its port (`example.org:8443`), " +
                "or every name below one (`*.example.org`).");
        }

        return new HostRule(name, below, port);
    }

    public bool Allows(string host, int port) =>
        (Port is { } only ? port == only : _usualPorts.Contains(port))
        && (Below ? host.EndsWith("." + Name, StringComparison.Ordinal) : host == Name);

    /// <summary>A host as it is compared, and its port.</summary>
    /// <returns>Null when it is no host.</returns>
    public static (string Host, int? Port)? Split(string text)
    {
        text = text.ToLowerInvariant();
        var colon = text.StartsWith('[') ? text.IndexOf("]:", StringComparison.Ordinal) + 1 : text.IndexOf(':');
        int? port = null;
        if (colon > 0)
        {
            if (!int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number is < 1 or > 65535)
            {
                return null;
            }

            (port, text) = (number, text[..colon]);
        }

        if (text.StartsWith('[') && text.EndsWith(']') && IPAddress.TryParse(text.AsSpan(1, text.Length - 2), out var address))
        {
            return (address.ToString(), port);
        }

        text = text.TrimEnd('.');
        return text.Length is > 0 and <= 253 && !text.AsSpan().ContainsAnyExcept(_ofNames) ? (text, port) : null;
    }
}
