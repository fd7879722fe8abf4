using Microsoft.Extensions.Logging.Abstractions;
using Muster.Node.Compute;
using Muster.Node.Compute.Owner;
using Muster.Protocol.Wire;
using Muster.Testing;
using Shouldly;
using Xunit;

namespace Muster.Tests.Node.Compute.Owner;

public sealed class OwnerRulesTests
{
    private static readonly TimeSpan _reading = TimeSpan.FromSeconds(5);

    [Theory]
    [InlineData("22:00-07:00", "23:30", true)]
    [InlineData("22:00-07:00", "06:59", true)]
    [InlineData("22:00-07:00", "07:00", false)]
    [InlineData("22:00-07:00", "12:00", false)]
    [InlineData("9:00-17:30", "17:29", true)]
    [InlineData("18:00-24:00", "23:59", true)]
    [InlineData("18:00-24:00", "00:00", false)]
    public void Hours_OfADay_HoldFromTheFirstTimeToBeforeTheLast(string hours, string now, bool hold)
    {
        DayHours.TryParse(hours, out var parsed).ShouldBeTrue();

        parsed.Hold(TimeOnly.ParseExact(now, "HH:mm")).ShouldBe(hold);
    }

    [Theory]
    [InlineData("22:00")]
    [InlineData("22:00-22:00")]
    [InlineData("25:00-07:00")]
    [InlineData("22-7")]
    [InlineData("")]
    public void Hours_ThatAreNone_AreRefused(string text) => DayHours.TryParse(text, out _).ShouldBeFalse();

    [Fact]
    public void Closed_OutsideTheHours_NamesThem()
    {
        var time = new FakeTime();
        var now = TimeOnly.FromDateTime(time.GetLocalNow().DateTime);
        var hours = new DayHours(now.AddHours(1), now.AddHours(2));
        var rules = new OwnerRules(new ComputeOptions { Hours = [hours] }, time);

        rules.Closed.ShouldNotBeNull().ShouldContain($"{hours}");
        time.Advance(TimeSpan.FromMinutes(61));
        rules.Closed.ShouldBeNull();
        time.Advance(TimeSpan.FromMinutes(60));
        rules.Closed.ShouldNotBeNull();
    }

    [Fact]
    public void Idle_OthersUseTheMachine_ClosesItAfterTwoReadingsAndOpensItAMinuteLater()
    {
        var (time, rules, watch) = Watch(onlyWhenIdle: true);

        Look(time, watch, cpu: 0.1, tasks: 0).ShouldBeFalse();
        Look(time, watch, cpu: 0.9, tasks: 0).ShouldBeFalse();
        rules.Closed.ShouldBeNull();
        Look(time, watch, cpu: 0.9, tasks: 0).ShouldBeTrue();
        rules.Closed.ShouldNotBeNull().ShouldContain("its owner is using it");

        for (var reading = 0; reading < 11; reading++)
        {
            Look(time, watch, cpu: 0.1, tasks: 0).ShouldBeFalse();
            rules.InUse.ShouldBeTrue();
        }

        Look(time, watch, cpu: 0.1, tasks: 0).ShouldBeTrue();
        rules.Closed.ShouldBeNull();
    }

    [Fact]
    public void Idle_OnlyTasksUseTheMachine_StaysOpen()
    {
        var (time, rules, watch) = Watch(onlyWhenIdle: true);

        for (var reading = 1; reading < 10; reading++)
        {
            // of four cores, tasks use all but a tenth
            Look(time, watch, cpu: 1, tasks: reading * 5 * 4 * 0.9).ShouldBeFalse();
        }

        rules.Closed.ShouldBeNull();
    }

    [Fact]
    public void Idle_NotAskedFor_NeverCloses()
    {
        var (time, rules, watch) = Watch(onlyWhenIdle: false);

        for (var reading = 0; reading < 5; reading++)
        {
            Look(time, watch, cpu: 1, tasks: 0).ShouldBeFalse();
        }

        rules.Closed.ShouldBeNull();
    }

    [Fact]
    public void Limits_MoreThanTheMachineHas_AreAllNamed()
    {
        var options = new ComputeOptions { Cpus = 64, MemoryBytes = 1L << 40, Labels = new Dictionary<string, string> { ["os"] = "mine", ["room"] = new('x', 101) } };

        var mistakes = options.Mistakes(cores: 4, memory: 8L << 30).ToList();

        mistakes.Count.ShouldBe(4);
        mistakes[0].ShouldStartWith("compute.cores is 64, and this machine has 4:");
        mistakes[1].ShouldStartWith("compute.memory is 1TiB, and this machine has 8192MiB:");
        mistakes[2].ShouldStartWith("compute.labels.os is set");
        mistakes[3].ShouldStartWith("compute.labels.room is too long");
        new ComputeOptions { Cpus = 4, MemoryBytes = 8L << 30 }.Mistakes(4, 8L << 30).ShouldBeEmpty();
    }

    private static (FakeTime Time, OwnerRules Rules, IdleWatch Watch) Watch(bool onlyWhenIdle)
    {
        var time = new FakeTime();
        var options = new ComputeOptions { OnlyWhenIdle = onlyWhenIdle };
        var rules = new OwnerRules(options, time);
        var watch = new IdleWatch(options, rules, time, NullLogger.Instance);
        watch.Look(new NodeReadings(), 0, 4);
        return (time, rules, watch);
    }

    private static bool Look(FakeTime time, IdleWatch watch, double cpu, double tasks)
    {
        time.Advance(_reading);
        return watch.Look(new NodeReadings { Cpu = cpu }, tasks, cores: 4);
    }
}
