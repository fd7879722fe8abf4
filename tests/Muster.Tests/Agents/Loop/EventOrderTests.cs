using Muster.Agents.Loop;
using Muster.Agents.Messages;
using Muster.Agents.Tools;
using Muster.Testing.Agents;
using Muster.Testing.Models;
using Shouldly;
using Xunit;

namespace Muster.Tests.Agents.Loop;

/// <summary>The order of events, against the reference's agent loop.</summary>
public sealed class EventOrderTests
{
    private readonly ScriptedModel _model = new();

    [Fact]
    public async Task Prompt_PlainAnswer_OneTurn()
    {
        _model.Says("He", "llo");
        var (agent, log) = Start();

        var end = await agent.PromptAsync([Said.User("hi")], TestContext.Current.CancellationToken);

        log.Lines.ShouldBe(
        [
            "agent_start", "turn_start 1", "message_start user hi", "message_end user hi",
            "message_start assistant", "message_update", "message_end assistant", "turn_end 1", "agent_end Completed",
        ]);
        end.Messages.Select(message => message.Text).ShouldBe(["hi", "Hello"]);
        agent.IsRunning.ShouldBeFalse();
    }

    [Fact]
    public async Task Prompt_ParallelTools_EndsAsTheyComeAndResultsInOrder()
    {
        var slow = new TaskCompletionSource();
        _model.Then(new ScriptedAnswer().Call("slow", id: "a").Call("quick", id: "b")).Says("done");
        var (agent, log) = Start(
            new TestTool("slow", async (_, abort) =>
            {
                await slow.Task.WaitAsync(abort);
                return ToolResult.FromText("slow");
            }),
            new TestTool("quick", "quick"));
        agent.Subscribe((agentEvent, _) =>
        {
            if (agentEvent is AgentEvent.ToolExecutionEnd { ToolCallId: "b" })
            {
                slow.SetResult();
            }

            return ValueTask.CompletedTask;
        });

        await agent.PromptAsync([Said.User("go")], TestContext.Current.CancellationToken);

        log.Lines.ShouldBe(
        [
            "agent_start", "turn_start 1", "message_start user go", "message_end user go",
            "message_start assistant", "message_update", "message_end assistant",
            "tool_execution_start a", "tool_execution_start b", "tool_execution_end b", "tool_execution_end a",
            "message_start tool_result a", "message_end tool_result a", "message_start tool_result b", "message_end tool_result b",
            "turn_end 1", "turn_start 2", "message_start assistant", "message_update", "message_end assistant", "turn_end 2",
            "agent_end Completed",
        ]);
    }

    [Fact]
    public async Task Prompt_OneSequentialTool_MakesTheBatchSequential()
    {
        _model.Then(new ScriptedAnswer().Call("one", id: "a").Call("two", id: "b")).Says("done");
        var (agent, log) = Start(new TestTool("one", "1"), new TestTool("two", "2") { RunMode = ToolMode.Sequential });

        await agent.PromptAsync([Said.User("go")], TestContext.Current.CancellationToken);

        log.Lines.Skip(7).Take(8).ShouldBe(
        [
            "tool_execution_start a", "tool_execution_end a", "message_start tool_result a", "message_end tool_result a",
            "tool_execution_start b", "tool_execution_end b", "message_start tool_result b", "message_end tool_result b",
        ]);
    }

    [Fact]
    public async Task Prompt_UnknownTool_ItsEndComesDuringPreflight()
    {
        _model.Then(new ScriptedAnswer().Call("shel", id: "a").Call("shell", id: "b")).Says("done");
        var (agent, log) = Start(new TestTool("shell", "ok"));

        await agent.PromptAsync([Said.User("go")], TestContext.Current.CancellationToken);

        log.Lines.Skip(7).Take(4).ShouldBe(
            ["tool_execution_start a", "tool_execution_end a error", "tool_execution_start b", "tool_execution_end b"]);
        agent.Context.OfType<ToolResultMessage>().First().Text.ShouldBe(
            "There is no tool \"shel\". Did you mean \"shell\"? Available tools: shell.");
    }

    [Fact]
    public async Task Prompt_AnswerCutByLength_RunsNoTool()
    {
        var tool = new TestTool("write", "written");
        _model.Then(new ScriptedAnswer().Call("write", """{"text":"hal""", "a").Stops(StopReason.Length)).Says("again");
        var (agent, log) = Start(tool);

        await agent.PromptAsync([Said.User("go")], TestContext.Current.CancellationToken);

        tool.Calls.ShouldBeEmpty();
        log.Lines.Skip(7).Take(5).ShouldBe(
        [
            "tool_execution_start a", "tool_execution_end a error", "message_start tool_result a", "message_end tool_result a", "turn_end 1",
        ]);
        agent.Context.OfType<ToolResultMessage>().Single().Text.ShouldContain("length limit");
    }

    [Fact]
    public async Task Prompt_FailureBeforeStart_StartComesBeforeEnd()
    {
        _model.Then(new ScriptedAnswer().WithoutStart().Fail("The key is wrong.", ModelFailureKind.Refused));
        var (agent, log) = Start();

        var end = await agent.PromptAsync([Said.User("hi")], TestContext.Current.CancellationToken);

        log.Lines.Skip(4).ShouldBe(["message_start assistant", "message_end assistant", "turn_end 1", "agent_end Failed"]);
        end.Error.ShouldBe("The key is wrong.");
    }

    [Fact]
    public async Task Prompt_ToolUpdates_AllComeBeforeTheEnd()
    {
        _model.Calls("work").Says("done");
        Action<ToolResult>? late = null;
        var (agent, log) = Start(new TestTool("work", (call, _) =>
        {
            call.Update(ToolResult.FromText("half"));
            call.Update(ToolResult.FromText("most"));
            late = call.Update;
            return Task.FromResult(ToolResult.FromText("all"));
        }));

        await agent.PromptAsync([Said.User("go")], TestContext.Current.CancellationToken);
        late!(ToolResult.FromText("too late"));

        log.Lines.Skip(7).Take(4).ShouldBe(
            ["tool_execution_start call_1", "tool_execution_update call_1", "tool_execution_update call_1", "tool_execution_end call_1"]);
        log.Events.OfType<AgentEvent.ToolExecutionUpdate>().Count().ShouldBe(2);
    }

    private (Agent Agent, EventLog Log) Start(params Tool[] tools)
    {
        var agent = new Agent(new AgentOptions { Model = _model.Stream, ModelName = _model.Name, Tools = tools });
        return (agent, new EventLog(agent));
    }
}
