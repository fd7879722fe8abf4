using System.Text.Json.Serialization;

namespace Muster.Protocol.Receipts;

/// <summary>
/// Who ran what with which result at what cost, and the proof of it, in one file that can be checked without the hub:
/// <see cref="ReceiptCheck"/>. Bytes are hexadecimal where they are hashes, else base64.
/// </summary>
public sealed record Receipt
{
    public int Version { get; init; } = 1;

    /// <summary>What the node says: the JSON of <see cref="ReceiptText"/>, as it was signed.</summary>
    public required string Statement { get; init; }

    /// <summary>What the hub adds: the JSON of <see cref="ReceiptAccount"/>, as it was signed.</summary>
    public required string Account { get; init; }

    public required string Node { get; init; }

    /// <summary>SubjectPublicKeyInfo.</summary>
    public required string NodeKey { get; init; }

    /// <summary>Place of the statement in the batch that the node signed.</summary>
    public required int Leaf { get; init; }

    /// <summary>Statements in that batch.</summary>
    public required int Leaves { get; init; }

    /// <summary>Hashes from the statement to the root, from below.</summary>
    public required IReadOnlyList<string> Path { get; init; }

    public required string Root { get; init; }

    /// <summary>Of the node, over the root.</summary>
    public required string Signature { get; init; }

    /// <summary>SubjectPublicKeyInfo.</summary>
    public required string HubKey { get; init; }

    /// <summary>Of the hub, over all of the above but its own key.</summary>
    public string HubSignature { get; init; } = "";
}

/// <summary>What the hub knows of an attempt and its node does not.</summary>
/// <param name="User">Whose job it was.</param>
/// <param name="Cost">In CPT.</param>
public sealed record ReceiptAccount(
    string Task, string JobName, string Step, string User, string NodeName, string NodeOwner, string Cost, DateTimeOffset EndedAt, IReadOnlyList<ReceiptOutput> Outputs);

public sealed record ReceiptOutput(string Path, string Sha256, long Size);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(Receipt))]
public sealed partial class ReceiptJson : JsonSerializerContext;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(ReceiptAccount))]
public sealed partial class ReceiptAccountJson : JsonSerializerContext;
