using Muster.Hub.Planning;
using Shouldly;
using Xunit;

namespace Muster.Tests.Hub.Planning;

public sealed class PlanHeuristicsTests
{
    [Theory]
    [InlineData("what is a Python generator?", "simple")]
    [InlineData("list the files in src", "simple")]
    [InlineData("how much memory is free and how much disk?", "simple")]
    [InlineData("download the data, then make a chart of it", "moderate")]
    [InlineData("下载天气数据，然后画成图", "moderate")]
    [InlineData("download the data, then train the model on it, and finally write a report to report.md", "complex")]
    [InlineData("find all invoices on every machine", "complex")]
    [InlineData("plan: find a.txt and count its lines and compare them with b.txt; then send me the result", "complex")]
    [InlineData("检查所有机器的磁盘", "complex")]
    public void Complexity_IsByStepsAndMachines(string text, string expected) => PlanHeuristics.Analyse(text).Complexity.ShouldBe(expected);

    [Theory]
    [InlineData("read notes/plan.md", nameof(StepKind.Files))]
    [InlineData("what is a monad?", nameof(StepKind.Simple))]
    [InlineData("system status", nameof(StepKind.Status))]
    [InlineData("download the weather data", nameof(StepKind.Network))]
    [InlineData("read the humidity sensor", nameof(StepKind.Hardware))]
    [InlineData("render these 400 frames", nameof(StepKind.Compute))]
    [InlineData("write a script that renames pictures", nameof(StepKind.Code))]
    [InlineData("make a chart of it", nameof(StepKind.Code))]
    [InlineData("把照片复制到备份目录", nameof(StepKind.Files))]
    [InlineData("下载最新的数据", nameof(StepKind.Network))]
    [InlineData("打开继电器", nameof(StepKind.Hardware))]
    public void Kind_IsByItsWords(string text, string expected) => PlanHeuristics.KindOf(text).ToString().ShouldBe(expected);

    [Fact]
    public void Steps_Then_WaitForAllBefore_AndBesideForNone()
    {
        var steps = PlanHeuristics.Analyse("download a.csv and download b.csv, then compare them").Steps;

        steps.Select(step => step.Description).ShouldBe(["download a.csv", "download b.csv", "compare them"]);
        steps.Select(step => string.Join(',', step.DependsOn)).ShouldBe(["", "", "step1,step2"]);
    }

    [Fact]
    public void Steps_OfALongText_AreBounded() =>
        PlanHeuristics.Analyse(string.Join("; ", Enumerable.Range(0, 500).Select(number => $"count file{number}"))).Steps.Count.ShouldBe(PlanHeuristics.MostSteps);

    [Theory]
    [InlineData("plan: do it", true)]
    [InlineData("计划：做这个", true)]
    [InlineData("plan a trip to Rome", false)]
    [InlineData("the plan: none", false)]
    public void Wish_IsItsFirstWord(string text, bool expected) => PlanHeuristics.IsWish(text).ShouldBe(expected);
}
