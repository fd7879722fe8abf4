namespace Muster.Node.Sandbox.Tasks;

/// <summary>What a task may reach on the network. Private, local and special addresses are never among it.</summary>
public abstract record EgressPolicy
{
    private EgressPolicy()
    {
    }

    public static EgressPolicy None { get; } = new NoEgress();

    /// <summary>Any public host, through the proxy; only on a node whose owner allows it.</summary>
    public static EgressPolicy Open { get; } = new OpenEgress();

    /// <param name="hosts">
    /// <c>example.org</c>, <c>example.org:8443</c> or <c>*.example.org</c> (every name below, not the name itself).
    /// Without a port: 80 and 443.
    /// </param>
    public static EgressPolicy AllowList(params IReadOnlyList<string> hosts) => new AllowedHosts(hosts);

    internal sealed record NoEgress : EgressPolicy;

    internal sealed record OpenEgress : EgressPolicy;

    internal sealed record AllowedHosts(IReadOnlyList<string> Hosts) : EgressPolicy;
}
