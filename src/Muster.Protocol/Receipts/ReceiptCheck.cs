using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Muster.Protocol.Receipts;

/// <summary>Proves a receipt, or says what is wrong with it; needs nothing but the receipt.</summary>
public static class ReceiptCheck
{
    private const int Known = 1;

    /// <summary>How a key is named for people: the SHA-256 of its SubjectPublicKeyInfo.</summary>
    /// <exception cref="FormatException">It is not base64.</exception>
    public static string Fingerprint(string key) => Convert.ToHexStringLower(SHA256.HashData(Convert.FromBase64String(key)));

    /// <summary>What the hub signs: every field, so that none can be changed alone.</summary>
    public static byte[] Signed(Receipt receipt) => SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\0',
    [
        "muster.receipt.v1", Text(receipt.Version), receipt.Statement, receipt.Account, receipt.Node, receipt.NodeKey, Text(receipt.Leaf), Text(receipt.Leaves),
        string.Join(',', receipt.Path), receipt.Root, receipt.Signature,
    ])));

    public static Receipt Sign(Receipt receipt, ECDsa hub) => receipt with { HubSignature = Convert.ToBase64String(hub.SignHash(Signed(receipt))) };

    /// <returns>What is wrong, each a sentence; none: it is proven.</returns>
    public static IReadOnlyList<string> Mistakes(Receipt receipt)
    {
        if (receipt.Version != Known)
        {
            return [$"Its version is {receipt.Version}, and this program reads {Known}: update it (muster update)."];
        }

        try
        {
            return [.. Proof(receipt)];
        }
        catch (Exception error) when (error is FormatException or CryptographicException)
        {
            return ["It holds something that is no hash, key or signature: it was changed, or cut off."];
        }
    }

    private static IEnumerable<string> Proof(Receipt receipt)
    {
        var (root, nodeKey) = (Convert.FromHexString(receipt.Root), Convert.FromBase64String(receipt.NodeKey));
        var reached = MerkleTree.RootOf(MerkleTree.Leaf(Encoding.UTF8.GetBytes(receipt.Statement)), receipt.Leaf, receipt.Leaves, [.. receipt.Path.Select(Convert.FromHexString)]);
        if (reached is null || !reached.AsSpan().SequenceEqual(root))
        {
            yield return "The node's statement is not in the batch that was signed: statement, leaf, path or root were changed.";
        }

        if (!ReceiptSignature.Verify(root, Convert.FromBase64String(receipt.Signature), receipt.Node, nodeKey))
        {
            yield return "The node did not sign this: node, its key, root or signature were changed.";
        }

        using var hub = ECDsa.Create();
        hub.ImportSubjectPublicKeyInfo(Convert.FromBase64String(receipt.HubKey), out _);
        if (!hub.VerifyHash(Signed(receipt), Convert.FromBase64String(receipt.HubSignature)))
        {
            yield return "The hub did not sign this: something was changed after the hub had given it out.";
        }
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
