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
    [InlineData("write a poem", nameof(StepKind.Simple))]
    [InlineData("write me a short, sad poem about the sea", nameof(StepKind.Simple))]
    [InlineData("write two very short stories", nameof(StepKind.Simple))]
    [InlineData("write a poem into sea.txt", nameof(StepKind.Files))]
    [InlineData("write a letter and save it in the folder letters", nameof(StepKind.Files))]
    [InlineData("write the results down", nameof(StepKind.Files))]
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

    [Theory]
    [InlineData("on nas: run cd build; rm -rf *.o, then on vm: say done", "on nas: run cd build; rm -rf *.o|on vm: say done")]
    [InlineData("on nas: run mkdir -p q && touch q/a and then run rm -rf q", "on nas: run mkdir -p q && touch q/a|on nas: run rm -rf q")]
    [InlineData("@nas $ date; uptime, then look at the sea", "@nas $ date; uptime|look at the sea")]
    [InlineData("@nas $ date, then run uptime", "@nas $ date|@nas run uptime")]
    public void Steps_OfCommands_StayWholeAndOnTheirMachine(string text, string expected) =>
        string.Join('|', PlanHeuristics.Analyse(text).Steps.Select(step => step.Description)).ShouldBe(expected);

    [Theory]
    [InlineData("1. find the invoices 2. count them 3. send me the number", "find the invoices|count them|send me the number")]
    [InlineData("plan: 1) find a.txt, 2) count its lines", "find a.txt|count its lines")]
    [InlineData("1、下载数据2、画图", "下载数据|画图")]
    [InlineData("1. find a.txt\n2. count its lines\n", "find a.txt|count its lines")]
    [InlineData("with a.txt: 1. count the lines; 2. sort them", "with a.txt: count the lines|sort them")]
    [InlineData("take version 1. of the tool", "take version 1. of the tool")]
    [InlineData("install 1.2 and 2.3 of the tool", "install 1.2 and 2.3 of the tool")]
    [InlineData("look at chapter 2. first, and 3. later", "look at chapter 2. first, and 3. later")]
    public void Steps_OfANumberedList_WaitForEachOther_AlsoOnOneLine(string text, string expected)
    {
        var steps = PlanHeuristics.Analyse(text).Steps;

        steps.Select(step => step.Description).ShouldBe(expected.Split('|'));
        steps.Select(step => string.Join(',', step.DependsOn)).ShouldBe([.. Enumerable.Range(0, steps.Count).Select(before => before == 0 ? "" : $"step{before}")]);
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
