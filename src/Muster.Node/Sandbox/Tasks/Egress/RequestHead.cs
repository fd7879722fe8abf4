using System.Globalization;
using System.Text;

namespace Muster.Node.Sandbox.Tasks.Egress;

/// <summary>What a client asks of the proxy.</summary>
/// <param name="Forward">What goes to the server first; empty for a tunnel.</param>
/// <param name="BodyLength">How many bytes of the client follow; null for a tunnel, which has no end of its own.</param>
internal sealed record RequestHead(string Host, int Port, byte[] Forward, long? BodyLength)
{
    private static readonly string[] _hopByHop =
        ["host", "connection", "proxy-connection", "keep-alive", "proxy-authorization", "te", "trailer", "upgrade"];

    /// <param name="text">Up to the empty line.</param>
    /// <returns>Null, with what to answer, when the proxy does not do that.</returns>
    public static RequestHead? Parse(string text, out string refusal)
    {
        var lines = text.Split("\r\n");
        refusal = "400 Bad Request\nThis is a proxy for tasks: send CONNECT host:port, or a request for a whole http:// address.";
        if (lines[0].Split(' ') is not [var method, var target, "HTTP/1.1" or "HTTP/1.0"])
        {
            return null;
        }

        if (method == "CONNECT")
        {
            return HostRule.Split(target) is ({ } host, { } port) ? new RequestHead(host, port, [], null) : null;
        }

        if (!target.StartsWith("http://", StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        var rest = target["http://".Length..];
        var slash = rest.IndexOfAny(['/', '?']);
        var authority = slash < 0 ? rest : rest[..slash];
        if (HostRule.Split(authority) is not ({ } name, var asked))
        {
            return null;
        }

        var path = slash < 0 ? "/" : rest[slash] == '?' ? "/" + rest[slash..] : rest[slash..];
        return Plain(name, asked ?? 80, $"{method} {path} HTTP/1.1\r\nHost: {authority}\r\nConnection: close\r\n", lines[1..], ref refusal);
    }

    // One request and no more: a second one on the same connection could name another host.
    private static RequestHead? Plain(string host, int port, string start, string[] headers, ref string refusal)
    {
        var forward = new StringBuilder(start);
        long? length = null;
        foreach (var header in headers.Where(line => line.Length > 0))
        {
            var colon = header.IndexOf(':');
            var name = colon < 0 ? "" : header[..colon].ToLowerInvariant();
            if (colon < 1 || name.AsSpan().ContainsAny(" \t"))
            {
                return null;
            }

            if (name == "transfer-encoding")
            {
                refusal = "411 Length Required\nThis proxy wants to know the length of what is sent through it: Content-Length, or https.";
                return null;
            }

            if (name == "content-length"
                && (length is not null || !long.TryParse(header.AsSpan(colon + 1).Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var told) || (length = told) < 0))
            {
                return null;
            }

            if (!_hopByHop.Contains(name))
            {
                forward.Append(header).Append("\r\n");
            }
        }

        return new RequestHead(host, port, Encoding.Latin1.GetBytes(forward.Append("\r\n").ToString()), length ?? 0);
    }
}
