using Google.Protobuf;
using Muster.Protocol.Link;
using Muster.Protocol.Wire;
using Muster.Storage.Lanes;

namespace Muster.Node.Link;

/// <summary>What both sides agreed on when the link opened.</summary>
internal sealed record OpenedLink(
    Accepted Accepted, IReadOnlySet<string> HubFeatures, LinkResumption Resumption, string OutboxId, IReadOnlyDictionary<Lane, ulong> Applied);

/// <summary>The node's half of the handshake: Welcome in, Hello out, Accepted or Refused in.</summary>
internal sealed class HubHandshake(HubLinkOptions options, LaneStore lanes)
{
    public const string Peer = "hub";

    public async Task<OpenedLink> RunAsync(FrameSocket socket, CancellationToken cancel)
    {
        var welcome = await ExpectAsync(socket, frame => frame.Welcome, cancel);
        if (!LinkHandshake.WorksWith(welcome.ProtocolVersion))
        {
            throw new HubRefusedException(
                $"The hub runs Muster {welcome.ProgramVersion} and this node {options.ProgramVersion}, which are too far apart: update the older one (muster update).");
        }

        var (mine, applied, held) = await options.Database.WriteAsync(
            tx => (Position(lanes.Outbox(tx, Peer)), lanes.Applied(tx, Peer), new Held(options.HeldRuns(tx), options.HeldAttempts(tx))), cancel);
        await socket.SendAsync(new Frame { Hello = Hello(welcome, mine, applied, held) }, cancel);
        var accepted = await ExpectAsync(socket, frame => frame.Accepted, cancel);
        return new OpenedLink(
            accepted,
            welcome.Features.ToHashSet(),
            LinkHandshake.Resume(mine, accepted.Applied),
            mine.Id,
            LinkHandshake.Lanes(LinkHandshake.Applied(applied.OutboxId, applied.Lanes, accepted.Sends)));
    }

    private Hello Hello(Welcome welcome, OutboxPosition mine, LaneInbox applied, Held held)
    {
        using var key = options.Identity.OpenKey();
        return new Hello
        {
            ProtocolVersion = LinkHandshake.Version,
            Features = { LinkFeatures.Mine },
            NodeId = options.Identity.NodeId,
            Signature = ByteString.CopyFrom(LinkHandshake.Sign(key, welcome, options.Identity.MachineId)),
            MachineId = options.Identity.MachineId,
            BootId = options.Identity.BootId,
            ProgramVersion = options.ProgramVersion,
            Facts = options.Facts(),
            Runs = { held.Runs },
            Attempts = { held.Attempts },
            Offer = options.Offer(),
            Sends = mine.ToSends(),
            Applied = LinkHandshake.Applied(applied.OutboxId, applied.Lanes, peerSends: null),
        };
    }

    private sealed record Held(IReadOnlyList<string> Runs, IReadOnlyList<AttemptRef> Attempts);

    private static OutboxPosition Position(LaneOutbox outbox) =>
        new(outbox.Id, [.. outbox.Lanes.Select(lane => new OutboxLane(lane.Lane, lane.Next, lane.Forgotten))]);

    private static async Task<T> ExpectAsync<T>(FrameSocket socket, Func<Frame, T?> pick, CancellationToken cancel)
        where T : class
    {
        var frames = await socket.ReceiveAsync(cancel) ?? throw new IOException(socket.End!.Message);
        if (frames.Count == 1 && pick(frames[0]) is { } expected)
        {
            return expected;
        }

        if (frames.Count == 1 && frames[0].Refused is { } refused)
        {
            throw new HubRefusedException(refused.Message, final: !refused.Retry);
        }

        throw new IOException($"The hub did not answer as a hub does: {typeof(T).Name} was expected.");
    }
}
