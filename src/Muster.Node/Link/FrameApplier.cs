using Microsoft.Extensions.Logging;
using Muster.Protocol.Link;
using Muster.Protocol.Wire;
using Muster.Storage;
using Muster.Storage.Lanes;

namespace Muster.Node.Link;

/// <summary>Runs the handlers of reliable frames in the transaction that stores how far the hub's outbox was applied.</summary>
internal sealed partial class FrameApplier(HubLinkOptions options, LaneStore lanes)
{
    public async ValueTask ApplyAsync(
        string outboxId, Lane lane, IReadOnlyList<Frame> frames, Func<Frame, bool> answer, CancellationToken cancel)
    {
        foreach (var frame in frames.Where(frame => frame.BodyCase != Frame.BodyOneofCase.None && !options.Handlers.Knows(frame.BodyCase)))
        {
            Refuse(lane, frame, answer);
        }

        try
        {
            await WriteAsync(frames);
        }
        catch (Exception error) when (error is not (StorageException or OperationCanceledException))
        {
            await ApplyOneByOneAsync();
        }

        Task WriteAsync(IEnumerable<Frame> some, bool handled = true) => options.Database.WriteAsync(
            tx =>
            {
                foreach (var frame in some)
                {
                    if (handled)
                    {
                        options.Handlers.Apply(tx, frame);
                    }

                    lanes.SetApplied(tx, HubHandshake.Peer, outboxId, (int)lane, frame.Sequence);
                }
            },
            cancel);

        // A frame whose handler fails would come again for ever and hold its lane: it is refused, and the others go on.
        async Task ApplyOneByOneAsync()
        {
            foreach (var frame in frames)
            {
                try
                {
                    await WriteAsync([frame]);
                }
                catch (Exception error) when (error is not (StorageException or OperationCanceledException))
                {
                    LogFailed(options.Logger, frame.BodyCase, frame.Sequence, lane, error);
                    await WriteAsync([frame], handled: false);
                    Refuse(lane, frame, answer);
                }
            }
        }
    }

    private static void Refuse(Lane lane, Frame frame, Func<Frame, bool> answer) =>
        answer(new Frame { Unsupported = new Unsupported { Lane = (uint)lane, Sequence = frame.Sequence, Body = $"{frame.BodyCase}" } });

    [LoggerMessage(Level = LogLevel.Error, Message = "The handler of {Body} (frame {Sequence} of lane {Lane}) failed; the frame is refused")]
    private static partial void LogFailed(ILogger logger, Frame.BodyOneofCase body, ulong sequence, Lane lane, Exception error);
}
