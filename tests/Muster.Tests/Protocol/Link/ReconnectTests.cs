using Muster.Protocol.Link;
using Muster.Testing;
using Shouldly;
using Xunit;

namespace Muster.Tests.Protocol.Link;

public sealed class ReconnectTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public void Delays_DoubleUpToThirtySeconds_WithJitter()
    {
        var reconnect = new Reconnect(new FakeTime(), new Random(1));
        double[] full = [0.5, 1, 2, 4, 8, 16, 30, 30, 30];

        foreach (var seconds in full)
        {
            reconnect.NextDelay().TotalSeconds.ShouldBeInRange(seconds / 2, seconds);
        }

        reconnect.FrameReceived();
        reconnect.NextDelay().TotalSeconds.ShouldBeInRange(0.25, 0.5);
    }

    [Fact]
    public async Task Wait_EndsWithItsDelay()
    {
        var time = new FakeTime();
        var waiting = new Reconnect(time, new Random(1)).WaitAsync(Cancel);

        waiting.IsCompleted.ShouldBeFalse();
        time.Advance(TimeSpan.FromSeconds(0.5));
        await waiting.WaitAsync(Cancel);
    }

    [Fact]
    public async Task NetworkThatComesBack_EndsTheWaitAtOnce()
    {
        var reconnect = new Reconnect(new FakeTime(), new Random(1));
        var waiting = reconnect.WaitAsync(TimeSpan.FromHours(1), Cancel);

        reconnect.NetworkAvailable();

        await waiting.WaitAsync(Cancel);
    }

    [Fact]
    public async Task Wait_Cancelled_SaysSo()
    {
        using var cancel = new CancellationTokenSource();
        var waiting = new Reconnect(new FakeTime(), new Random(1)).WaitAsync(cancel.Token);

        await cancel.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => waiting);
    }
}
