using Muster.Client.Http;

namespace Muster.Client.Machines;

/// <summary>The machines of the fleet.</summary>
public sealed class NodeClient
{
    private readonly Transport _transport;

    internal NodeClient(Transport transport) => _transport = transport;

    public async Task<IReadOnlyList<NodeInfo>> ListAsync(CancellationToken cancellationToken = default) =>
        (await _transport.GetAsync("api/v1/nodes", ClientJson.Default.PageNodeInfo, cancellationToken)).Items;

    /// <param name="node">An id, a unique prefix of one, or a name.</param>
    public Task<NodeInfo> GetAsync(string node, CancellationToken cancellationToken = default) =>
        _transport.GetAsync(Path(node), ClientJson.Default.NodeInfo, cancellationToken);

    public Task<NodeInfo> RenameAsync(string node, string name, CancellationToken cancellationToken = default) =>
        _transport.PatchAsync(Path(node), new NamePatch(name), ClientJson.Default.NamePatch, ClientJson.Default.NodeInfo, cancellationToken);

    /// <summary>Takes a machine out of the fleet; its link is cut within a second.</summary>
    public Task RemoveAsync(string node, CancellationToken cancellationToken = default) =>
        _transport.DoAsync(HttpMethod.Delete, Path(node), null, cancellationToken);

    /// <summary>A token that gives this machine a new credential.</summary>
    public Task<Enrolment> RotateAsync(string node, CancellationToken cancellationToken = default) =>
        _transport.PostAsync(Path(node) + "/rotate", new Nothing(), ClientJson.Default.Nothing, ClientJson.Default.Enrolment, cancellationToken);

    /// <summary>Who besides its owner may ask a machine, run tasks on it and manage it.</summary>
    public Task<NodePermissions> PermissionsAsync(string node, CancellationToken cancellationToken = default) =>
        _transport.GetAsync(Path(node) + "/permissions", ClientJson.Default.NodePermissions, cancellationToken);

    /// <summary>Each list of names replaces the one that there is; null leaves it as it is.</summary>
    public Task<NodePermissions> SetPermissionsAsync(
        string node, IReadOnlyList<string>? ask = null, IReadOnlyList<string>? run = null, IReadOnlyList<string>? manage = null, CancellationToken cancellationToken = default) =>
        _transport.PutAsync(
            Path(node) + "/permissions", new PermissionsRequest(ask, run, manage), ClientJson.Default.PermissionsRequest, ClientJson.Default.NodePermissions, cancellationToken);

    public Task<NodePool> PoolAsync(string node, CancellationToken cancellationToken = default) =>
        _transport.GetAsync(Path(node) + "/pool", ClientJson.Default.NodePool, cancellationToken);

    /// <param name="gate"><c>open</c>, <c>cordoned</c> or <c>draining</c>.</param>
    public Task<NodePool> SetGateAsync(string node, string gate, CancellationToken cancellationToken = default) =>
        _transport.PutAsync(Path(node) + "/gate", new GateRequest(gate), ClientJson.Default.GateRequest, ClientJson.Default.NodePool, cancellationToken);

    /// <summary>Admins only.</summary>
    /// <param name="level"><c>new</c>, <c>probation</c>, <c>trusted</c> or <c>suspended</c>.</param>
    public Task<NodePool> SetTrustAsync(string node, string level, CancellationToken cancellationToken = default) =>
        _transport.PutAsync(Path(node) + "/trust", new TrustRequest(level), ClientJson.Default.TrustRequest, ClientJson.Default.NodePool, cancellationToken);

    private static string Path(string node)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(node);
        return "api/v1/nodes/" + Uri.EscapeDataString(node);
    }
}
