using System.Security.Cryptography;
using System.Text;
using Google.Protobuf;
using Muster.Protocol.Wire;

namespace Muster.Protocol.Link;

/// <summary>
/// The rules of opening a link, for both ends. The hub sends Welcome; the node answers Hello, signed; the hub answers
/// Accepted or Refused; then both run a <see cref="LinkSession"/>. Each of these frames is a message of its own.
/// <para>Each side compares what the peer says it applied with its own outbox (<see cref="Resume"/>). The hub, told to reconcile,
/// resets its outbox and names the new one in Accepted; the node resets its own and connects again at once.
/// Both say what they applied by <see cref="Applied"/>.</para>
/// </summary>
public static class LinkHandshake
{
    /// <summary>Both sides work one apart.</summary>
    public const uint Version = 1;

    public static bool WorksWith(uint peerVersion) => peerVersion + 1 >= Version && peerVersion <= Version + 1;

    public static byte[] NewNonce() => RandomNumberGenerator.GetBytes(32);

    public static Welcome Welcome(string hubId, string programVersion, byte[] nonce) => new()
    {
        ProtocolVersion = Version,
        Features = { LinkFeatures.Mine },
        Nonce = ByteString.CopyFrom(nonce),
        HubId = hubId,
        ProgramVersion = programVersion,
    };

    /// <summary>What a node signs: proof of its key for this connection, to this hub, from this installation.</summary>
    public static byte[] SignedText(Welcome welcome, string machineId) =>
        Encoding.UTF8.GetBytes($"muster.v1\n{welcome.HubId}\n{welcome.Nonce.ToBase64()}\n{machineId}");

    public static byte[] Sign(ECDsa key, Welcome welcome, string machineId) =>
        key.SignData(SignedText(welcome, machineId), HashAlgorithmName.SHA256);

    /// <param name="publicKey">SubjectPublicKeyInfo of the node's P-256 key.</param>
    public static bool Verify(ReadOnlySpan<byte> publicKey, Welcome welcome, string machineId, ReadOnlySpan<byte> signature)
    {
        using var key = ECDsa.Create();
        try
        {
            key.ImportSubjectPublicKeyInfo(publicKey, out _);
            return key.VerifyData(SignedText(welcome, machineId), signature, HashAlgorithmName.SHA256);
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    /// <summary>Where this side's outbox goes on, given what the peer applied of it.</summary>
    public static LinkResumption Resume(OutboxPosition mine, StreamPosition? peerApplied)
    {
        if (peerApplied is null || peerApplied.OutboxId != mine.Id)
        {
            peerApplied = new StreamPosition { OutboxId = mine.Id }; // numbers of another outbox count for nothing
        }

        var known = mine.Lanes.ToDictionary(lane => (uint)lane.Lane, lane => lane);
        foreach (var lane in mine.Lanes)
        {
            if (peerApplied.Lanes.GetValueOrDefault((uint)lane.Lane) < lane.Forgotten)
            {
                return new LinkResumption(false, $"the peer has lost what it had applied of lane {lane.Lane}", peerApplied);
            }
        }

        foreach (var (lane, applied) in peerApplied.Lanes)
        {
            if (applied > 0 && (!known.TryGetValue(lane, out var range) || applied >= range.Next))
            {
                return new LinkResumption(false, $"the peer has applied more of lane {lane} than this store remembers", peerApplied);
            }
        }

        return new LinkResumption(true, "the peer goes on where it was", peerApplied);
    }

    /// <summary>What to tell a peer that sends from <paramref name="peerSends"/>: numbers of another outbox count for nothing.</summary>
    public static StreamPosition Applied(string? outboxId, IEnumerable<KeyValuePair<int, ulong>> lanes, StreamPosition? peerSends)
    {
        var position = new StreamPosition { OutboxId = peerSends?.OutboxId ?? outboxId ?? "" };
        if (position.OutboxId == outboxId)
        {
            foreach (var (lane, applied) in lanes)
            {
                position.Lanes[(uint)lane] = applied;
            }
        }

        return position;
    }

    /// <summary>The numbers of a position, as <see cref="LinkSessionOptions.Applied"/> takes them.</summary>
    public static IReadOnlyDictionary<Lane, ulong> Lanes(StreamPosition position) =>
        position.Lanes.ToDictionary(lane => (Lane)lane.Key, lane => lane.Value);
}

/// <summary>An outbox as its store knows it; lanes that were never used are absent.</summary>
public sealed record OutboxPosition(string Id, IReadOnlyList<OutboxLane> Lanes)
{
    /// <summary>As Hello and Accepted state it: the next number of each lane.</summary>
    public StreamPosition ToSends()
    {
        var position = new StreamPosition { OutboxId = Id };
        foreach (var lane in Lanes)
        {
            position.Lanes[(uint)lane.Lane] = lane.Next;
        }

        return position;
    }
}

public sealed record OutboxLane(int Lane, ulong Next, ulong Forgotten);

/// <param name="Resumes">True: send what is above <paramref name="From"/>. False: reset the outbox and send again from state.</param>
/// <param name="Why">For the log.</param>
public sealed record LinkResumption(bool Resumes, string Why, StreamPosition From);
