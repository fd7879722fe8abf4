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

    [Fact]
    public void Halt_WhileItStandsStill_GoesOnWhenTheLastOfThemIsOver()
    {
        var time = new FakeTime();
        using var clock = new TaskClock(time);
        clock.Limit(TimeSpan.FromSeconds(10));
        time.Advance(TimeSpan.FromSeconds(4));

        var first = clock.Halt();
        time.Advance(TimeSpan.FromMinutes(1));
        var second = clock.Halt();
        time.Advance(TimeSpan.FromMinutes(1));
        first.Dispose();
        first.Dispose();
        time.Advance(TimeSpan.FromMinutes(1));
        clock.Spent.ShouldBe(TimeSpan.FromSeconds(4));
        clock.Over.IsCancellationRequested.ShouldBeFalse();

        second.Dispose();
        time.Advance(TimeSpan.FromSeconds(5));
        clock.Over.IsCancellationRequested.ShouldBeFalse();
        time.Advance(TimeSpan.FromSeconds(2));
        clock.Over.IsCancellationRequested.ShouldBeTrue();
        clock.Spent.ShouldBe(TimeSpan.FromSeconds(11));
    }

    [Fact]
    public void Limit_SetWhileItStandsStill_CountsFromWhereItGoesOn()
    {
        var time = new FakeTime();
        using var clock = new TaskClock(time);

        using (clock.Halt())
        {
            clock.Limit(TimeSpan.FromSeconds(10));
            time.Advance(TimeSpan.FromHours(1));
            clock.Over.IsCancellationRequested.ShouldBeFalse();
        }

        time.Advance(TimeSpan.FromSeconds(9));
        clock.Over.IsCancellationRequested.ShouldBeFalse();
        time.Advance(TimeSpan.FromSeconds(2));
        clock.Over.IsCancellationRequested.ShouldBeTrue();
    }
}
