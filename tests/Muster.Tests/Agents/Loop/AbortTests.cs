using Muster.Agents.Loop;
using Muster.Agents.Messages;
using Muster.Agents.Tools;
using Muster.Testing;
using Muster.Testing.Agents;
using Muster.Testing.Models;
using Shouldly;
using Xunit;

namespace Muster.Tests.Agents.Loop;

public sealed class AbortTests
{
    private readonly ScriptedModel _model = new();
    private readonly FakeTime _time = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Abort_MidStream_KeepsTheTextSoFarAndTheQueue()
    {
        _model.Then(new ScriptedAnswer().Text("half an ans").WaitFor(new TaskCompletionSource().Task));
        var agent = Agent();
        var log = new EventLog(agent);
        var run = agent.PromptAsync([Said.User("go")], Cancel);
        await _model.NextRequestAsync(Cancel);
        await agent.FollowUpAsync(Said.User("later"));

        agent.Abort();
        var end = await run;

        end.Outcome.ShouldBe(RunOutcome.Aborted);
        end.Messages[^1].ShouldBeOfType<AssistantMessage>().StopReason.ShouldBe(StopReason.Aborted);
        log.Lines.Skip(5).Where(line => line != "message_update").ShouldBe(["message_end assistant", "turn_end 1", "agent_end Aborted"]);
        agent.TakeQueued().Single().Text.ShouldBe("later");
    }

    [Fact]
    public async Task Abort_MidTool_EndsAsTheReferenceDoes()
    {
        var running = new TaskCompletionSource();
        var second = new TestTool("second", "2");
        _model.Then(new ScriptedAnswer().Call("slow", id: "a").Call("second", id: "b"));
        var agent = Agent(
            new TestTool("slow", async (_, abort) =>
            {
                running.SetResult();
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, abort);
                return ToolResult.FromText("never");
            })
            { RunMode = ToolMode.Sequential },
            second);
        var log = new EventLog(agent);
        var run = agent.PromptAsync([Said.User("go")], Cancel);
        await running.Task.WaitAsync(Cancel);

        agent.Abort();
        var end = await run;

        second.Calls.ShouldBeEmpty();
        end.Outcome.ShouldBe(RunOutcome.Aborted);
        log.Lines.Skip(7).ShouldBe(
        [
            "tool_execution_start a", "tool_execution_end a error", "message_start tool_result a", "message_end tool_result a",
            "tool_execution_start b", "tool_execution_end b error", "message_start tool_result b", "message_end tool_result b",
            "turn_end 1", "turn_start 2", "message_start assistant", "message_end assistant", "turn_end 2", "agent_end Aborted",
        ]);
        _model.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Abort_ToolIgnoresItsToken_RunEndsAfterTheGrace()
    {
        var running = new TaskCompletionSource();
        var never = new TaskCompletionSource<ToolResult>();
        _model.Calls("deaf");
        var agent = Agent(new TestTool("deaf", (_, _) =>
        {
            running.SetResult();
            return never.Task;
        }));
        var run = agent.PromptAsync([Said.User("go")], Cancel);
        await running.Task.WaitAsync(Cancel);

        agent.Abort();
        await AdvanceUntilAsync(run);

        (await run).Outcome.ShouldBe(RunOutcome.Aborted);
        agent.Context.OfType<ToolResultMessage>().Single().Text.ShouldContain("may have taken effect in part");
    }

    [Fact]
    public async Task Abort_ModelIgnoresItsToken_RunEndsAfterTheGrace()
    {
        _model.Then(new ScriptedAnswer().Text("so far").WaitDeafFor(new TaskCompletionSource().Task));
        var agent = Agent();
        var run = agent.PromptAsync([Said.User("go")], Cancel);
        await _model.NextRequestAsync(Cancel);

        agent.Abort();
        await AdvanceUntilAsync(run);

        (await run).Outcome.ShouldBe(RunOutcome.Aborted);
    }

    [Fact]
    public async Task Abort_WhileWaitingForAnApproval_Ends()
    {
        var asked = new TaskCompletionSource();
        var tool = new TestTool("danger", "done");
        _model.Calls("danger");
        var agent = new Agent(Options(tool) with
        {
            Hooks = new AgentHooks
            {
                BeforeToolCall = async (_, _, abort) =>
                {
                    asked.SetResult();
                    await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, abort);
                    return null;
                },
            },
        });
        var run = agent.PromptAsync([Said.User("go")], Cancel);
        await asked.Task.WaitAsync(Cancel);

        agent.Abort();

        (await run).Outcome.ShouldBe(RunOutcome.Aborted);
        tool.Calls.ShouldBeEmpty();
    }

    [Fact]
    public async Task Idle_OnlyAfterTheListenersOfAgentEnd()
    {
        var release = new TaskCompletionSource();
        var ended = new TaskCompletionSource();
        _model.Says("ok");
        var agent = Agent();
        agent.Subscribe(async (agentEvent, _) =>
        {
            if (agentEvent is AgentEvent.AgentEnd)
            {
                ended.SetResult();
                await release.Task;
            }
        });
        var run = agent.PromptAsync([Said.User("go")], Cancel);
        await ended.Task.WaitAsync(Cancel);

        agent.IsRunning.ShouldBeTrue();
        var idle = agent.WaitForIdleAsync(Cancel);
        idle.IsCompleted.ShouldBeFalse();
        release.SetResult();
        await idle;
        await run;
    }

    /// <summary>The grace begins when the loop sees the abort, on another thread.</summary>
    private async Task AdvanceUntilAsync(Task run)
    {
        while (!run.IsCompleted)
        {
            Cancel.ThrowIfCancellationRequested();
            _time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }
    }

    private Agent Agent(params Tool[] tools) => new(Options(tools));

    private AgentOptions Options(params Tool[] tools) =>
        new() { Model = _model.Stream, ModelName = _model.Name, Tools = tools, Time = _time };
}
