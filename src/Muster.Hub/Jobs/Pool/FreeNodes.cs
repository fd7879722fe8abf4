namespace Muster.Hub.Jobs.Pool;

/// <summary>Nodes that have room for at least one more attempt, in no order; adding and removing cost the same however many there are.</summary>
internal sealed class FreeNodes
{
    private readonly List<PoolNode> _nodes = [];
    private int _cursor;

    public int Count => _nodes.Count;

    public IReadOnlyList<PoolNode> All => _nodes;

    public void Update(PoolNode node)
    {
        if (node.HasRoom == (node.FreeAt >= 0))
        {
            return;
        }

        if (node.FreeAt < 0)
        {
            node.FreeAt = _nodes.Count;
            _nodes.Add(node);
            return;
        }

        var last = _nodes[^1];
        _nodes[node.FreeAt] = last;
        last.FreeAt = node.FreeAt;
        _nodes.RemoveAt(_nodes.Count - 1);
        node.FreeAt = -1;
    }

    /// <summary>All of them once, each time from another beginning, so that no node is always asked first.</summary>
    public IEnumerable<PoolNode> FromCursor()
    {
        var count = _nodes.Count;
        var start = count == 0 ? 0 : (_cursor = (_cursor + 1) % count);
        for (var step = 0; step < count; step++)
        {
            yield return _nodes[(start + step) % count];
        }
    }
}
