using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Muster.Hub.Accounts;
using Muster.Protocol.Ids;

namespace Muster.Hub.Fleet.Links;

/// <summary>What nodes with a live link prove themselves by where they move files by HTTP. In memory alone; each ends with its link.</summary>
internal sealed class TransferTokens
{
    // By their hash, so that looking one up takes as long however much of it is right.
    private readonly ConcurrentDictionary<string, Id<Node>> _nodes = new(StringComparer.Ordinal);

    public string Issue(Id<Node> node)
    {
        var token = Secrets.New();
        _nodes[Key(token)] = node;
        return token;
    }

    public Id<Node>? NodeOf(string token) => _nodes.TryGetValue(Key(token), out var node) ? node : null;

    public void End(string token) => _nodes.TryRemove(Key(token), out _);

    private static string Key(string token) => Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(token)));
}
