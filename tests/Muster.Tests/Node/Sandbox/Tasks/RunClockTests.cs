using Muster.Node.Sandbox.Tasks.Runs;
using Muster.Testing;
using Shouldly;
using Xunit;

namespace Muster.Tests.Node.Sandbox.Tasks;

public sealed class RunClockTests
{
    private readonly FakeTime _time = new();

    [Fact]
    public void Time_SpentHalted_DoesNotCount()
    {
        var over = 0;
        using var clock = new RunClock(_time, TimeSpan.FromSeconds(10), () => over++);
        clock.Go();
        _time.Advance(TimeSpan.FromSeconds(6));
        clock.Halt();
        _time.Advance(TimeSpan.FromHours(1));
        clock.Halt();
        clock.Elapsed.ShouldBe(TimeSpan.FromSeconds(6));
        over.ShouldBe(0);

        clock.Go();
        clock.Go();
        _time.Advance(TimeSpan.FromSeconds(3.9));
        over.ShouldBe(0);
        _time.Advance(TimeSpan.FromSeconds(0.2));

        over.ShouldBe(1);
        clock.Elapsed.ShouldBe(TimeSpan.FromSeconds(10.1));
    }

    [Fact]
    public void Clock_OfTheWall_SetByAnybody_ChangesNothing()
    {
        var time = new SteppedWall(_time);
        var over = 0;
        using var clock = new RunClock(time, TimeSpan.FromSeconds(10), () => over++);
        clock.Go();

        time.Step = TimeSpan.FromDays(365);
        _time.Advance(TimeSpan.FromSeconds(5));
        time.Step = TimeSpan.FromDays(-365);

        clock.Elapsed.ShouldBe(TimeSpan.FromSeconds(5));
        over.ShouldBe(0);
    }

    private sealed class SteppedWall(FakeTime time) : TimeProvider
    {
        public TimeSpan Step { get; set; }

        public override long TimestampFrequency => time.TimestampFrequency;

        public override DateTimeOffset GetUtcNow() => time.GetUtcNow() + Step;

        public override long GetTimestamp() => time.GetTimestamp();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            time.CreateTimer(callback, state, dueTime, period);
    }
}
