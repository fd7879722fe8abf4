using System.Globalization;
using System.Net;
using Muster.Hub.Jobs.Spec.Reading;
using Muster.Hub.Jobs.Spec.Values;

namespace Muster.Hub.Jobs.Spec.Steps;

/// <summary>Reads the hosts that a task may reach: names, each with a port or without, everything below a name, or everything public.</summary>
internal sealed class NetworkReader(SpecValues values)
{
    private const string All = "*";
    private const string None = "none";
    private const string Example = "network: [pypi.org, \"*.pythonhosted.org\", \"example.org:8443\"]";
    private const int LongestName = 253;
    private const int LongestLabel = 63;

    public IReadOnlyList<string> Read(SpecNode? node)
    {
        if (node is SpecScalar { Text: None })
        {
            return [];
        }

        var items = node is SpecScalar { Scalar: not ScalarKind.Null } ? [node] : values.List(node, SpecLimits.NetworkHosts, "hosts", Example);
        var hosts = new List<string>(items.Count);
        foreach (var item in items)
        {
            if (values.Line(item, LongestName + 8, Example) is not { } text)
            {
                continue;
            }

            if (Host(text) is { } host)
            {
                hosts.Add(host);
            }
            else
            {
                values.Errors.Add(item, $"{SpecErrors.Quote(text)} is no host that a task can be allowed to reach.", Fix(text));
            }
        }

        return hosts.Contains(All) ? [All] : [.. hosts.Distinct(StringComparer.Ordinal)];
    }

    /// <returns>As it is compared later: lower case, no dot at the end. Null: it is no host.</returns>
    private static string? Host(string text)
    {
        if (text == All)
        {
            return All;
        }

        text = text.ToLowerInvariant();
        var below = text.StartsWith("*.", StringComparison.Ordinal);
        var rest = below ? text[2..] : text;
        var colon = rest.StartsWith('[') ? rest.IndexOf(']') + 1 : rest.IndexOf(':');
        var port = "";
        if (colon > 0 && colon < rest.Length)
        {
            (rest, port) = (rest[..colon], rest[colon..]);
            if (port[0] != ':' || !int.TryParse(port.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number is < 1 or > 65_535)
            {
                return null;
            }
        }

        if (!below && rest.StartsWith('[') && rest.EndsWith(']') && IPAddress.TryParse(rest.AsSpan(1, rest.Length - 2), out _))
        {
            return rest + port;
        }

        rest = rest.EndsWith('.') ? rest[..^1] : rest;
        return IsName(rest) ? (below ? "*." : "") + rest + port : null;
    }

    private static bool IsName(string name) =>
        name.Length is > 0 and <= LongestName
        && name.Split('.').All(label => label.Length is > 0 and <= LongestLabel && label[0] != '-' && label[^1] != '-'
            && label.All(letter => char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) || letter is '-' or '_'));

    private static string Fix(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Host.Length > 0 ? $"Write the host alone: {url.Host}{(url.IsDefaultPort ? "" : ":" + url.Port.ToString(CultureInfo.InvariantCulture))}."
        : text.Any(letter => letter > 127) ? "Write it as DNS has it, with xn--."
        : text == "all" ? "Write \"*\" for everything public."
        : $"Write for example {Example}.";
}
