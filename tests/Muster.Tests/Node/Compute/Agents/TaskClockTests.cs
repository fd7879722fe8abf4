using Muster.Node.Compute.Agents;
using Muster.Testing;
using Shouldly;
using Xunit;

namespace Muster.Tests.Node.Compute.Agents;

public sealed class TaskClockTests
{
    [Fact]
    public void Limit_WhatIsWaitedForAPerson_DoesNotCount()
    {
        var time = new FakeTime();
        using var clock = new TaskClock(time);
        clock.Limit(TimeSpan.FromSeconds(10));
        time.Advance(TimeSpan.FromSeconds(4));

        using (clock.Halt())
        {
            time.Advance(TimeSpan.FromHours(20));
            clock.Over.IsCancellationRequested.ShouldBeFalse();
        }

        clock.Spent.ShouldBe(TimeSpan.FromSeconds(4));
        time.Advance(TimeSpan.FromSeconds(5));
        clock.Over.IsCancellationRequested.ShouldBeFalse();
        time.Advance(TimeSpan.FromSeconds(2));
        clock.Over.IsCancellationRequested.ShouldBeTrue();
        clock.Spent.ShouldBe(TimeSpan.FromSeconds(11));
    }
}
