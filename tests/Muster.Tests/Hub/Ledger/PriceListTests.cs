using FsCheck;
using FsCheck.Fluent;
using Muster.Hub.Ledger;
using Muster.Hub.Ledger.Prices;
using Shouldly;
using Xunit;

namespace Muster.Tests.Hub.Ledger;

public sealed class PriceListTests
{
    private const int Cpt = 1_000_000;
    private static readonly TimeSpan _minute = TimeSpan.FromMinutes(1);

    [Fact]
    public void Quote_EveryPrice_IsTheWholeTimeoutOfWhatWasAskedFor()
    {
        var list = List(new PriceRates
        {
            Task = new Credits(1), CpuSecond = new Credits(10), MemoryGibSecond = new Credits(100), GpuSecond = new Credits(1000), WallSecond = new Credits(10_000), TrafficGib = new Credits(100_000),
        });

        list.Quote(new TaskNeeds(2000, 4L << 30, 1, 3L << 30), _minute).ShouldBe(1 + (60 * ((2 * 10) + (4 * 100) + 1000 + 10_000)) + 300_000);
        list.Quote(new TaskNeeds(2000, 4L << 30, 1, 3L << 30), _minute, 1000).ShouldBe(1000 * list.Quote(new TaskNeeds(2000, 4L << 30, 1, 3L << 30), _minute));
    }

    [Theory]
    [InlineData(30, 60, 60, 30)]   // the claim is the least
    [InlineData(300, 20, 60, 40)]  // two processors, seen for 20 s
    [InlineData(300, 500, 60, 120)] // two processors for the minute that was asked for
    [InlineData(-5, 60, 60, 0)]
    public void Meter_Processor_IsTheLeastOfClaimLeaseAndRequest(int claimed, int leased, int timeout, int seconds)
    {
        var cost = List(new PriceRates { CpuSecond = new Credits(Cpt) }).Meter(
            new TaskUsage(TimeSpan.FromSeconds(claimed), TimeSpan.FromSeconds(claimed)), new TaskNeeds(2000), TimeSpan.FromSeconds(timeout), TimeSpan.FromSeconds(leased));

        cost.ShouldBe(new TaskCost(0, (long)seconds * Cpt));
    }

    [Fact]
    public void Meter_PartsOfAMicroCredit_AreThePayers()
    {
        var list = List(new PriceRates { WallSecond = new Credits(1) });
        var usage = new TaskUsage(TimeSpan.FromMilliseconds(1999), TimeSpan.Zero);

        list.Meter(usage, new TaskNeeds(1000), _minute, _minute).Work.ShouldBe(1);
        list.Quote(new TaskNeeds(1000), TimeSpan.FromMilliseconds(1999)).ShouldBe(2);
    }

    [Fact]
    public void Meter_NodesFactor_IsOnTheWorkAlone()
    {
        var list = List(new PriceRates { Task = new Credits(7), WallSecond = new Credits(10) });

        list.Meter(new TaskUsage(_minute, TimeSpan.Zero), new TaskNeeds(1000), _minute, _minute, 1500).ShouldBe(new TaskCost(7, 900));
    }

    [Fact]
    public void Meter_WhatWasNotAskedFor_CostsNothing()
    {
        var list = List(new PriceRates { GpuSecond = new Credits(Cpt), MemoryGibSecond = new Credits(Cpt), TrafficGib = new Credits(Cpt) });

        list.Meter(new TaskUsage(_minute, _minute, 1 << 20, _minute, 1L << 40), new TaskNeeds(1000), _minute, _minute).Total.ShouldBe(0);
    }

    [Fact]
    public void Meter_WhateverIsClaimed_IsNeverAboveTheQuote() => Properties.Holds(Prop.ForAll(Tasks().ToArbitrary(), task =>
        task.List.Meter(task.Usage, task.Needs, task.Timeout, task.Leased, task.Factor).Total <= task.List.Quote(task.Needs, task.Timeout, 1, task.Factor)));

    [Fact]
    public void Meter_LessUsed_IsNeverDearer() => Properties.Holds(Prop.ForAll(Tasks().ToArbitrary(), task =>
    {
        var half = new TaskUsage(task.Usage.Wall / 2, task.Usage.Cpu / 2, task.Usage.MemoryMibSeconds / 2, task.Usage.Gpu / 2, task.Usage.TrafficBytes / 2);
        return task.List.Meter(half, task.Needs, task.Timeout, task.Leased, task.Factor).Total
            <= task.List.Meter(task.Usage, task.Needs, task.Timeout, task.Leased, task.Factor).Total;
    }));

    [Fact]
    public void Quote_MoreThanCanBeCounted_SaysSo()
    {
        var list = List(new PriceRates { CpuSecond = new Credits(long.MaxValue), MemoryGibSecond = new Credits(long.MaxValue) });

        Should.Throw<LedgerException>(() => list.Quote(new TaskNeeds(int.MaxValue, long.MaxValue), TimeSpan.MaxValue, long.MaxValue)).Message.ShouldContain("more than");
        Should.Throw<LedgerException>(() => list.Quote(new TaskNeeds(1000), TimeSpan.FromSeconds(1), 2)).Code.ShouldBe("too_large");
        Should.Throw<LedgerException>(() => list.Meter(new TaskUsage(TimeSpan.MaxValue, TimeSpan.MaxValue), new TaskNeeds(2000), _minute, _minute)).Code.ShouldBe("too_large");
    }

    private static PriceList List(PriceRates rates) => new(1, DateTimeOffset.UnixEpoch, rates);

    private static Gen<(PriceList List, TaskNeeds Needs, TaskUsage Usage, TimeSpan Timeout, TimeSpan Leased, int Factor)> Tasks()
    {
        var rate = Gen.Choose(0, 5_000_000).Select(micro => new Credits(micro));
        var time = Gen.Choose(0, int.MaxValue).Select(ticks => TimeSpan.FromTicks((long)ticks * 100));
        var rates = rate.ArrayOf(6).Select(of => new PriceRates { Task = of[0], CpuSecond = of[1], MemoryGibSecond = of[2], GpuSecond = of[3], WallSecond = of[4], TrafficGib = of[5] });
        var bytes = Gen.Choose(0, int.MaxValue).Select(size => size * 17L);
        var needs = Gen.Choose(0, 64_000).SelectMany(cpus => bytes.Two().SelectMany(sizes => Gen.Choose(0, 8).Select(gpus => new TaskNeeds(cpus, sizes.Item1, gpus, sizes.Item2))));
        var usage = time.Three().SelectMany(times => bytes.Two().Select(sizes => new TaskUsage(times.Item1, times.Item2, sizes.Item1 / 1000, times.Item3, sizes.Item2)));
        return rates.SelectMany(of => needs.SelectMany(need => usage.SelectMany(use => time.Two().SelectMany(times =>
            Gen.Choose(0, 4000).Select(factor => (List(of), need, use, times.Item1, times.Item2, factor))))));
    }
}
