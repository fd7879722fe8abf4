using Muster.Agents.Loop;
using Muster.Agents.Messages;
using Muster.Agents.Tools;
using Muster.Testing.Agents;
using Muster.Testing.Models;
using Shouldly;
using Xunit;

namespace Muster.Tests.Agents.Tools;

/// <summary>What a model sees of a tool call, through a whole run.</summary>
public sealed class ToolCallTests
{
    private const string Schema =
        """{"type":"object","properties":{"n":{"type":"integer"},"text":{"type":"string","default":"x"}},"required":["n"]}""";

    [Fact]
    public async Task Call_WrongTypes_AreCoercedAndDefaultsFilledIn()
    {
        var tool = new TestTool("count", Ok, Schema);

        await ResultOfAsync(tool, "count", """{"n":"5"}""");

        tool.Calls.Single().Arguments.GetRawText().ShouldBe("""{"n":5,"text":"x"}""");
    }

    [Fact]
    public async Task Call_BadArguments_AreReportedAndTheToolDoesNotRun()
    {
        var tool = new TestTool("count", Ok, Schema);

        var result = await ResultOfAsync(tool, "count", """{"m":1}""");

        tool.Calls.ShouldBeEmpty();
        result.IsError.ShouldBeTrue();
        result.Text.ShouldBe("The arguments of \"count\" are not valid:\n  - n: is required\nReceived arguments:\n{\"m\":1}");
    }

    [Fact]
    public async Task Call_BrokenJson_IsReportedAsReceived()
    {
        var result = await ResultOfAsync(new TestTool("count", Ok, Schema), "count", """{"n": 5""");

        result.Text.ShouldContain("must be object, got");
    }

    [Fact]
    public async Task Call_ByAlias_ReachesTheTool()
    {
        var tool = new TestTool("count", Ok, Schema) { AlsoCalled = ["zählen"] };

        (await ResultOfAsync(tool, "zählen", """{"n":1}""")).IsError.ShouldBeFalse();

        tool.Calls.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Call_ToolThrows_ModelGetsTheMessage()
    {
        var result = await ResultOfAsync(new TestTool("count", (_, _) => throw new ToolException("No such file: a.txt")), "count", "{}");

        (result.IsError, result.Text).ShouldBe((true, "No such file: a.txt"));
    }

    [Fact]
    public async Task Call_HugeOutput_IsCapped()
    {
        var result = await ResultOfAsync(new TestTool("count", new string('x', 10_000_000)), "count", "{}");

        result.Text.Length.ShouldBeLessThanOrEqualTo(50 * 1024);
        result.Text.ShouldContain("[Cut:");
    }

    [Fact]
    public void Agent_TwoToolsOfOneName_IsRefused() =>
        Should.Throw<ArgumentException>(() => new Agent(new AgentOptions
        {
            Model = new ScriptedModel().Stream,
            ModelName = "scripted",
            Tools = [new TestTool("a", "1"), new TestTool("a", "2")],
        })).Message.ShouldContain("\"a\"");

    private static Task<ToolResult> Ok(ToolCall call, CancellationToken abort) => Task.FromResult(ToolResult.FromText("ok"));

    private static async Task<ToolResultMessage> ResultOfAsync(TestTool tool, string name, string arguments)
    {
        var model = new ScriptedModel().Calls(name, arguments).Says("done");
        var agent = new Agent(new AgentOptions { Model = model.Stream, ModelName = model.Name, Tools = [tool] });
        await agent.PromptAsync([Said.User("go")], TestContext.Current.CancellationToken);
        return model.Requests[1].Messages.OfType<ToolResultMessage>().Single();
    }
}
