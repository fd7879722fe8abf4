using Muster.Agents.Tools;

namespace Muster.Node.Tools.Web;

/// <summary>Addresses that <c>fetch</c> goes to, at its start and at each redirect.</summary>
internal static class WebAddress
{
    private const int Longest = 8_000;

    /// <exception cref="ToolException">It is none.</exception>
    public static Uri Parse(string text) => text.Length <= Longest && Uri.TryCreate(text.Trim(), UriKind.Absolute, out var address)
        ? Checked(address)
        : throw new ToolException($"\"{(text.Length <= 200 ? text : text[..200] + "…")}\" is no address of a page. Write it whole, such as https://example.org/page.");

    /// <exception cref="ToolException">Not to be fetched, whatever is there.</exception>
    public static Uri Checked(Uri address) => address switch
    {
        not { Scheme: "http" or "https" } => throw new ToolException($"{address.Scheme} addresses are not fetched; http and https are."),
        { UserInfo.Length: > 0 } => throw new ToolException("The address has a name or a password in it. Leave them out: pages are fetched without signing in."),
        { Host.Length: 0 } => throw new ToolException($"{address} names no host."),
        _ => address,
    };
}
