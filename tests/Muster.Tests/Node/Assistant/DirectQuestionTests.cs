using Muster.Node.Assistant;
using Shouldly;
using Xunit;

namespace Muster.Tests.Node.Assistant;

public sealed class DirectQuestionTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("what is a Python generator?")]
    [InlineData("Explain monads")]
    [InlineData("how does TCP differ from UDP")]
    [InlineData("why is the sky blue?")]
    [InlineData("Who was Ada Lovelace?")]
    [InlineData("什么是生成器？")]
    [InlineData("解释一下递归")]
    [InlineData("为什么天是蓝的")]
    public void General_NeedsNoTools(string text) => DirectQuestion.Is(text, "nas").ShouldBeTrue();

    [Theory]
    [InlineData("how much disk is free?")]
    [InlineData("what is on nas?")]
    [InlineData("what time is it?")]
    [InlineData("why did it fail?")]
    [InlineData("what does main.py do?")]
    [InlineData("Python 3.13 有哪些新特性?")]
    [InlineData("what's the weather in Paris?")]
    [InlineData("is the backup done?")]
    [InlineData("what can you do?")]
    [InlineData("how do I get to /etc/hosts?")]
    [InlineData("磁盘还剩多少？")]
    [InlineData("这个项目是做什么的？")]
    [InlineData("现在几点？")]
    [InlineData("fix the failing test in todo_app")]
    [InlineData("good morning")]
    [InlineData("explain the error above")]
    public void AboutAMachineAFileATaskOrTime_KeepsTheTools(string text) => DirectQuestion.Is(text, "nas").ShouldBeFalse();

    [Fact]
    public async Task General_GoesToTheModelWithItsNotesAndNoOtherTool()
    {
        await using var bench = await NodeBench.StartAsync(Cancel);
        bench.Model.Otherwise = _ => new Testing.Models.ScriptedAnswer().Text("It yields.");

        await bench.AskAsync("what is a Python generator?", Cancel);
        await bench.AskAsync("how much disk is free?", Cancel);

        bench.Model.Requests[0].Tools.Select(tool => tool.Name).ShouldBe(["memory_read"]);
        bench.Model.Requests[1].Tools.ShouldContain(tool => tool.Name == "system");
    }
}
