using Muster.Cli;
using Muster.Testing;
using Shouldly;
using Xunit;

namespace Muster.Tests.Cli.CommandLine;

public sealed class InterruptsTests
{
    [Fact]
    public void TwoSignalsAtOnce_AreOneWish()
    {
        var time = new FakeTime();
        using var interrupts = new Interrupts(time);

        interrupts.Raise();
        time.Advance(TimeSpan.FromMilliseconds(100));
        interrupts.Raise(); // a second wish would end this process

        interrupts.Happened.ShouldBeTrue();
    }
}
