using System.Security.Cryptography;
using System.Text;
using Google.Protobuf;
using Muster.Protocol.Wire;

namespace Muster.Protocol.Receipts;

/// <summary>A node's signature over the root of a batch of results: ECDSA P-256 over SHA-256, in the form of IEEE P1363.</summary>
public static class ReceiptSignature
{
    /// <summary>Fills in root and signature.</summary>
    public static void Sign(ResultBatch batch, string nodeId, ECDsa key)
    {
        var root = MerkleTree.Root(Leaves(batch));
        batch.Root = ByteString.CopyFrom(root);
        batch.Signature = ByteString.CopyFrom(key.SignData(Signed(nodeId, root), HashAlgorithmName.SHA256));
    }

    /// <param name="publicKey">SubjectPublicKeyInfo.</param>
    public static bool Verify(ReadOnlySpan<byte> root, ReadOnlySpan<byte> signature, string nodeId, ReadOnlySpan<byte> publicKey)
    {
        using var key = ECDsa.Create();
        key.ImportSubjectPublicKeyInfo(publicKey, out _);
        return Verify(root, signature, nodeId, key);
    }

    public static bool Verify(ReadOnlySpan<byte> root, ReadOnlySpan<byte> signature, string nodeId, ECDsa key) =>
        key.VerifyData(Signed(nodeId, root), signature, HashAlgorithmName.SHA256);

    public static IReadOnlyList<ReadOnlyMemory<byte>> Leaves(ResultBatch batch) =>
        [.. batch.Results.Select(result => (ReadOnlyMemory<byte>)MerkleTree.Leaf(ReceiptText.Of(result)))];

    private static byte[] Signed(string nodeId, ReadOnlySpan<byte> root) =>
        [.. Encoding.UTF8.GetBytes($"muster.receipts.v1\n{nodeId}\n"), .. root];
}
