using System.Net.WebSockets;
using Microsoft.Extensions.Logging;
using Muster.Protocol.Link;
using Muster.Protocol.Wire;
using Muster.Storage;
using Muster.Storage.Lanes;

namespace Muster.Hub.Fleet.Links;

/// <summary>The hub's half of opening a link: Welcome out, Hello in, Accepted or Refused out.</summary>
internal sealed partial class NodeHandshake(FleetContext fleet)
{
    /// <summary>The link, in place and to be run; null when it was refused or the node went away.</summary>
    public async Task<MusterLink?> OpenAsync(FleetEntry entry, FrameSocket socket, CancellationToken stopping)
    {
        using var deadline = new CancellationTokenSource(fleet.Options.HandshakeTimeout, fleet.Time);
        using var opening = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, stopping);
        try
        {
            return await OpenAsync(entry, socket, opening);
        }
        catch (Exception error) when (error is OperationCanceledException or WebSocketException or StorageException)
        {
            LogNotOpened(fleet.Logger, entry.Snapshot.Name, error.Message);
            await socket.CloseAsync(WebSocketCloseStatus.EndpointUnavailable, "the hub could not open the link in time");
            return null;
        }
    }

    private async Task<MusterLink?> OpenAsync(FleetEntry entry, FrameSocket socket, CancellationTokenSource opening)
    {
        var welcome = LinkHandshake.Welcome(fleet.HubId, fleet.Options.ProgramVersion, LinkHandshake.NewNonce());
        await socket.SendAsync(new Frame { Welcome = welcome }, opening.Token);
        var frames = await socket.ReceiveAsync(opening.Token);
        if (frames is not [{ Hello: { } hello }])
        {
            fleet.Counters.ProtocolError();
            return null;
        }

        if (Check(entry, welcome, hello) is { } refused)
        {
            await RefuseAsync(entry, socket, refused, opening.Token);
            return null;
        }

        await entry.Opening.WaitAsync(opening.Token);
        try
        {
            if (MachineClash.Find(fleet, entry, hello) is { } clash)
            {
                await RefuseAsync(entry, socket, clash, opening.Token);
                return null;
            }

            if (entry.Link is { } old)
            {
                old.Close(new LinkEnd(LinkEndReason.Replaced, "Another connection of this node took its place."));
                await old.Ended.WaitAsync(opening.Token); // what it applied must be counted before this one says how far the hub is
            }

            return await OpenAsync(entry, socket, hello, opening.Token);
        }
        finally
        {
            entry.Opening.Release();
        }
    }

    private async Task<MusterLink?> OpenAsync(FleetEntry entry, FrameSocket socket, Hello hello, CancellationToken cancel)
    {
        var facts = NodeFactsReader.Read(hello);
        var node = entry.Snapshot with { Facts = facts };
        var opened = await fleet.Database.WriteAsync(tx => Open(tx, entry, node, hello), cancel);
        var link = new MusterLink(fleet, entry, socket, hello, opened);
        if (!fleet.State.Opened(entry, link, snapshot => snapshot with
            {
                Facts = facts,
                Runs = hello.Runs.Count,
                TakesGuests = hello.Features.Contains(LinkFeatures.Guests),
                TakesCopies = hello.Features.Contains(LinkFeatures.Copies),
                TakesSteering = hello.Features.Contains(LinkFeatures.Steering),
            }))
        {
            await RefuseAsync(entry, socket, Revoked, cancel);
            return null;
        }

        try
        {
            await socket.SendAsync(
                new Frame
                {
                    Accepted = new Accepted
                    {
                        Sends = opened.Outbox.ToSends(),
                        Applied = opened.Applied,
                        NodeName = entry.Snapshot.Name,
                        HeartbeatSeconds = fleet.Options.Heartbeat.TotalSeconds,
                        TransferToken = link.OpenTransfers(),
                    },
                },
                cancel);
            return link;
        }
        catch
        {
            link.Abandon();
            throw;
        }
    }

    private OpenedNode Open(Transaction tx, FleetEntry entry, NodeSnapshot node, Hello hello)
    {
        var peer = node.Id.ToString();
        var mine = Position(fleet.Lanes.Outbox(tx, peer));
        var resumption = LinkHandshake.Resume(mine, hello.Applied);
        if (!resumption.Resumes)
        {
            LogReconcile(fleet.Logger, node.Name, resumption.Why);
            mine = Position(fleet.Lanes.Reset(tx, peer));
            resumption = new LinkResumption(true, resumption.Why, new StreamPosition { OutboxId = mine.Id });
        }

        var inbox = fleet.Lanes.Applied(tx, peer);
        var applied = LinkHandshake.Applied(inbox.OutboxId, inbox.Lanes, hello.Sends);
        if (hello.Sends?.OutboxId is { Length: > 0 } store && store != inbox.OutboxId)
        {
            // Known before the node has said anything, so that a machine that lost its store is told everything again.
            fleet.Lanes.SetApplied(tx, peer, store, (int)Lane.Chat, applied.Lanes.GetValueOrDefault((uint)Lane.Chat));
        }

        NodeStore.SetFacts(tx, node.Id, node.Facts, fleet.Time.GetUtcNow().ToUnixTimeMilliseconds());

        // The end of a run may still wait in the node's outbox: who connected is told once that has been heard.
        var held = entry.Held = HeldRuns.Read(fleet.Lanes, tx, peer, hello, applied);
        held.TryTell(runs => fleet.Router.Connected(tx, node with { Online = true }, runs));
        return new OpenedNode(mine, applied, resumption.From, hello.Sends?.OutboxId ?? "", held);
    }

    private static Refused? Check(FleetEntry entry, Welcome welcome, Hello hello)
    {
        if (!LinkHandshake.WorksWith(hello.ProtocolVersion))
        {
            return new Refused
            {
                Code = "version",
                Message = $"The hub runs Muster {welcome.ProgramVersion} and this node {hello.ProgramVersion}, which are too far apart: update the older one (muster update).",
                Retry = true,
            };
        }

        if (hello.NodeId != entry.Snapshot.Id.ToString())
        {
            return new Refused { Code = "unknown_node", Message = "The credential belongs to another node: run muster node join with a new token." };
        }

        return entry.Credential is not { } credential ? Revoked
            : LinkHandshake.Verify(credential.PublicKey, welcome, hello.MachineId, hello.Signature.Span) ? null
            : new Refused { Code = "signature", Message = "The node's key is not the one that the hub knows: run muster node join with a new token." };
    }

    private static Refused Revoked => new() { Code = "revoked", Message = "This machine was removed from the hub: run muster node join with a new token." };

    private async Task RefuseAsync(FleetEntry entry, FrameSocket socket, Refused refused, CancellationToken cancel)
    {
        fleet.Counters.LinkRefused();
        LogRefused(fleet.Logger, entry.Snapshot.Name, refused.Code);
        await socket.SendAsync(new Frame { Refused = refused }, cancel);
        await socket.CloseAsync(WebSocketCloseStatus.PolicyViolation, refused.Code);
        await socket.ReceiveAsync(cancel); // its goodbye, so that the reason is not lost with the connection
    }

    private static OutboxPosition Position(LaneOutbox outbox) =>
        new(outbox.Id, [.. outbox.Lanes.Select(lane => new OutboxLane(lane.Lane, lane.Next, lane.Forgotten))]);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Node {Name} was refused: {Code}")]
    private static partial void LogRefused(ILogger logger, string name, string code);

    [LoggerMessage(Level = LogLevel.Information, Message = "The link of node {Name} was not opened: {Why}")]
    private static partial void LogNotOpened(ILogger logger, string name, string why);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The outbox for node {Name} starts anew: {Why}")]
    private static partial void LogReconcile(ILogger logger, string name, string why);
}

/// <summary>What both sides agreed on.</summary>
internal sealed record OpenedNode(OutboxPosition Outbox, StreamPosition Applied, StreamPosition PeerApplied, string PeerOutbox, HeldRuns Held);
