using Muster.Node.Sandbox.Tasks;
using Muster.Node.Sandbox.Tasks.Egress;

namespace Muster.Node.Tools.Web;

/// <summary>How the tool <c>web</c> reaches the internet.</summary>
public sealed record WebOptions
{
    /// <summary><c>tools.web.enabled</c></summary>
    public bool Enabled { get; init; } = true;

    /// <summary><c>tools.web.metaso_api_key</c>; null without one.</summary>
    public string? MetasoKey { get; init; }

    /// <summary><c>tools.web.metaso_url</c>: the MCP endpoint.</summary>
    public Uri MetasoUrl { get; init; } = new("https://metaso.cn/api/mcp");

    /// <summary><c>tools.web.private_hosts</c>: hosts that pages may be fetched from though their addresses are private.</summary>
    public IReadOnlyList<string> PrivateHosts { get; init; } = [];

    internal EgressRoute Route { get; init; } = EgressRoute.Real;

    /// <summary>For one page, with all its redirects.</summary>
    internal TimeSpan PagePatience { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Without the key: options get into logs.</summary>
    public override string ToString() => Enabled ? MetasoKey is null ? "on" : "on, with a key" : "off";

    /// <summary>Whether <see cref="PrivateHosts"/> may have this item.</summary>
    public static bool IsHost(string text)
    {
        try
        {
            return HostRule.Parse(text).Name.Length > 0;
        }
        catch (SandboxUnavailableException)
        {
            return false;
        }
    }
}
