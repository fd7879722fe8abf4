using System.Security.Cryptography;

namespace Muster.Protocol.Receipts;

/// <summary>The hash tree of RFC 6962 (section 2.1) over SHA-256: leaves and inner nodes are hashed with different first bytes.</summary>
public static class MerkleTree
{
    public const int HashSize = 32;

    public static byte[] Leaf(ReadOnlySpan<byte> content)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData([0]);
        hash.AppendData(content);
        return hash.GetHashAndReset();
    }

    /// <exception cref="ArgumentException">There are no leaves.</exception>
    public static byte[] Root(IReadOnlyList<ReadOnlyMemory<byte>> leaves) =>
        leaves.Count == 0 ? throw new ArgumentException("A tree needs a leaf.", nameof(leaves)) : Root(leaves, 0, leaves.Count);

    /// <summary>The hashes that lead from a leaf to the root, from below.</summary>
    public static IReadOnlyList<byte[]> Path(IReadOnlyList<ReadOnlyMemory<byte>> leaves, int leaf)
    {
        var path = new List<byte[]>();
        var (from, count) = (0, leaves.Count);
        var sides = new Stack<byte[]>();
        while (count > 1)
        {
            var left = LeftOf(count);
            if (leaf - from < left)
            {
                sides.Push(Root(leaves, from + left, count - left));
                count = left;
            }
            else
            {
                sides.Push(Root(leaves, from, left));
                (from, count) = (from + left, count - left);
            }
        }

        path.AddRange(sides);
        return path;
    }

    /// <summary>The root that follows from a leaf, its position and its path; null when the path does not fit the position.</summary>
    public static byte[]? RootOf(ReadOnlySpan<byte> leaf, int position, int count, IReadOnlyList<byte[]> path)
    {
        if (position < 0 || position >= count)
        {
            return null;
        }

        // RFC 9162, section 2.1.3.2
        var (node, last, hash) = (position, count - 1, leaf.ToArray());
        foreach (var side in path)
        {
            if (last == 0)
            {
                return null;
            }

            if ((node & 1) == 1 || node == last)
            {
                hash = Inner(side, hash);
                while ((node & 1) == 0 && node != 0)
                {
                    (node, last) = (node >> 1, last >> 1);
                }
            }
            else
            {
                hash = Inner(hash, side);
            }

            (node, last) = (node >> 1, last >> 1);
        }

        return last == 0 ? hash : null;
    }

    private static byte[] Root(IReadOnlyList<ReadOnlyMemory<byte>> leaves, int from, int count)
    {
        if (count == 1)
        {
            return leaves[from].ToArray();
        }

        var left = LeftOf(count);
        return Inner(Root(leaves, from, left), Root(leaves, from + left, count - left));
    }

    /// <summary>The largest power of two below the count.</summary>
    private static int LeftOf(int count) => 1 << (int)Math.Floor(Math.Log2(count - 1));

    private static byte[] Inner(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        Span<byte> both = stackalloc byte[1 + (2 * HashSize)];
        both[0] = 1;
        left.CopyTo(both[1..]);
        right.CopyTo(both[(1 + HashSize)..]);
        return SHA256.HashData(both);
    }
}
