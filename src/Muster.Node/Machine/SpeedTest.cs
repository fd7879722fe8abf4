using Google.Protobuf;
using Muster.Node.Link;
using Muster.Protocol.Link;
using Muster.Protocol.Wire;

namespace Muster.Node.Machine;

/// <summary>Does the hub's measuring work, one piece at a time, and answers with what it came to.</summary>
internal sealed class SpeedTest(Action<Frame> tell, CancellationToken stopping)
{
    private int _going;

    public Task Working { get; private set; } = Task.CompletedTask;

    public void Register(FrameHandlers handlers) => handlers.OnVolatile(Frame.BodyOneofCase.Measure, frame => Take(frame.Measure));

    private void Take(Measure order)
    {
        var sane = order is { Lanes: > 0 and <= SpeedWork.MostLanes, Segments: > 0 and <= SpeedWork.MostSegments, Steps: > 0 }
            && order.Segments * (long)order.Steps <= SpeedWork.MostPerLane;
        if (sane && Interlocked.CompareExchange(ref _going, 1, 0) == 0)
        {
            Working = Task.Run(() => DoAsync(order), CancellationToken.None);
        }
    }

    private async Task DoAsync(Measure order)
    {
        var lanes = await Task.WhenAll(Enumerable.Range(0, (int)order.Lanes)
            .Select(lane => Task.Factory.StartNew(() => Lane(order, lane), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)));
        Interlocked.Exchange(ref _going, 0);
        if (!stopping.IsCancellationRequested)
        {
            tell(new Frame { Measured = new Measured { Id = order.Id, Checkpoints = ByteString.CopyFrom([.. lanes.SelectMany(lane => lane)]) } });
        }
    }

    private byte[] Lane(Measure order, int lane)
    {
        var checkpoints = new List<byte>();
        byte[] hash = [];
        for (var segment = 0; segment < order.Segments && !stopping.IsCancellationRequested; segment++)
        {
            hash = SpeedWork.Walk(SpeedWork.Begin(order.Seed.Span, lane, segment, hash), (int)order.Steps);
            checkpoints.AddRange(hash);
        }

        return [.. checkpoints];
    }
}
