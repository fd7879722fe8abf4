using Microsoft.Extensions.Logging;
using Muster.Protocol.Link;
using Muster.Protocol.Wire;
using Muster.Storage;

namespace Muster.Hub.Fleet.Links;

/// <summary>Runs the handlers of a node's reliable frames in the transaction that stores how far its outbox was applied.</summary>
internal sealed partial class FrameApplier(FleetContext fleet, FleetEntry entry, OpenedNode opened, Action<Frame> answer)
{
    private readonly string _peer = entry.Snapshot.Id.ToString();

    public async ValueTask ApplyAsync(Lane lane, IReadOnlyList<Frame> frames, CancellationToken cancel)
    {
        if (lane == Lane.Pool && fleet.Router.PoolLane is { } pool)
        {
            await pool(entry.Snapshot, entry.Credential?.PublicKey ?? [], frames, tx => Mark(tx, lane, frames), cancel);
            return;
        }

        foreach (var frame in frames.Where(frame => frame.BodyCase != Frame.BodyOneofCase.None && !fleet.Router.Accepts(frame.BodyCase)))
        {
            LogNotPermitted(fleet.Logger, entry.Snapshot.Name, frame.BodyCase, frame.Sequence, lane);
            Refuse(lane, frame);
        }

        try
        {
            await WriteAsync(lane, frames, handled: true, cancel);
        }
        catch (Exception error) when (error is not (StorageException or OperationCanceledException or LinkOverException))
        {
            await ApplyOneByOneAsync(lane, frames, cancel);
        }
    }

    /// <summary>A frame whose handler fails would come again for ever and hold its lane: it is refused, and the others go on.</summary>
    private async Task ApplyOneByOneAsync(Lane lane, IReadOnlyList<Frame> frames, CancellationToken cancel)
    {
        foreach (var frame in frames)
        {
            try
            {
                await WriteAsync(lane, [frame], handled: true, cancel);
            }
            catch (Exception error) when (error is not (StorageException or OperationCanceledException or LinkOverException))
            {
                LogFailed(fleet.Logger, frame.BodyCase, frame.Sequence, lane, entry.Snapshot.Name, error);
                await WriteAsync(lane, [frame], handled: false, cancel);
                Refuse(lane, frame);
            }
        }
    }

    private Task WriteAsync(Lane lane, IReadOnlyList<Frame> frames, bool handled, CancellationToken cancel) => fleet.Database.WriteAsync(
        tx =>
        {
            if (entry.Removed)
            {
                throw new LinkOverException("This machine was removed from the hub.");
            }

            var node = entry.Snapshot;
            foreach (var frame in frames.Where(frame => handled && fleet.Router.Accepts(frame.BodyCase)))
            {
                fleet.Router.Apply(tx, node, frame);
            }

            Mark(tx, lane, frames);
        },
        cancel);

    private void Mark(Transaction tx, Lane lane, IReadOnlyList<Frame> frames)
    {
        fleet.Lanes.SetApplied(tx, _peer, opened.PeerOutbox, (int)lane, frames[^1].Sequence);
        opened.Held.Applied(lane, frames[^1].Sequence);
        opened.Held.TryTell(held => fleet.Router.Connected(tx, entry.Snapshot, held));
    }

    private void Refuse(Lane lane, Frame frame)
    {
        fleet.Counters.FrameRefused();
        answer(new Frame { Unsupported = new Unsupported { Lane = (uint)lane, Sequence = frame.Sequence, Body = $"{frame.BodyCase}" } });
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Node {Name} sent {Body} (frame {Sequence} of lane {Lane}), which is not for it to send; the frame is refused")]
    private static partial void LogNotPermitted(ILogger logger, string name, Frame.BodyOneofCase body, ulong sequence, Lane lane);

    [LoggerMessage(Level = LogLevel.Error, Message = "The handler of {Body} (frame {Sequence} of lane {Lane}, node {Name}) failed; the frame is refused")]
    private static partial void LogFailed(ILogger logger, Frame.BodyOneofCase body, ulong sequence, Lane lane, string name, Exception error);
}

/// <summary>Nothing of this link may be applied any more.</summary>
internal sealed class LinkOverException(string message) : Exception(message);
