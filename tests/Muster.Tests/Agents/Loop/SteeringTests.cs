using Muster.Agents.Loop;
using Muster.Agents.Messages;
using Muster.Agents.Tools;
using Muster.Testing.Agents;
using Muster.Testing.Models;
using Shouldly;
using Xunit;

namespace Muster.Tests.Agents.Loop;

public sealed class SteeringTests
{
    private readonly ScriptedModel _model = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Steer_WhileToolsRun_BatchCompletesThenDelivers()
    {
        Agent? agent = null;
        var second = new TestTool("second", "2");
        _model.Then(new ScriptedAnswer().Call("first", id: "a").Call("second", id: "b")).Says("done");
        agent = Agent(
            new TestTool("first", async (_, _) =>
            {
                await agent!.SteerAsync(Said.User("also this"));
                return ToolResult.FromText("1");
            })
            { RunMode = ToolMode.Sequential },
            second);
        var log = new EventLog(agent);

        await agent.PromptAsync([Said.User("go")], Cancel);

        second.Calls.Count.ShouldBe(1);
        log.Lines.SkipWhile(line => line != "turn_end 1").Take(4).ShouldBe(
            ["turn_end 1", "turn_start 2", "message_start user also this", "message_end user also this"]);
        _model.Requests[1].Messages[^1].Text.ShouldBe("also this");
    }

    [Fact]
    public async Task Steer_BeforeTheRun_IsInjectedInTheFirstTurn()
    {
        _model.Says("done");
        var agent = Agent();
        var log = new EventLog(agent);
        await agent.SteerAsync(Said.User("first"));

        await agent.PromptAsync([Said.User("go")], Cancel);

        log.Lines.Take(6).ShouldBe(
            ["agent_start", "turn_start 1", "message_start user go", "message_end user go", "message_start user first", "message_end user first"]);
        log.Lines.Count(line => line.StartsWith("turn_start", StringComparison.Ordinal)).ShouldBe(1);
    }

    [Theory]
    [InlineData(QueueMode.OneAtATime, 3)]
    [InlineData(QueueMode.All, 2)]
    public async Task FollowUp_TwoQueued_ComeByMode(QueueMode mode, int turns)
    {
        _model.Otherwise = _ => new ScriptedAnswer().Text("ok");
        var agent = new Agent(Options() with { FollowUpMode = mode });
        await agent.FollowUpAsync(Said.User("one"));
        await agent.FollowUpAsync(Said.User("two"));

        var end = await agent.PromptAsync([Said.User("go")], Cancel);

        _model.Requests.Count.ShouldBe(turns);
        end.Messages.OfType<UserMessage>().Select(message => message.Text).ShouldBe(["go", "one", "two"]);
        agent.HasQueued.ShouldBeFalse();
    }

    [Fact]
    public async Task Interrupt_RunningTool_IsCancelledRestSkippedMessageDelivered()
    {
        var running = new TaskCompletionSource();
        var later = new TestTool("later", "never") { RunMode = ToolMode.Sequential };
        _model.Then(new ScriptedAnswer().Call("slow", id: "a").Call("later", id: "b")).Says("ok");
        var agent = Agent(
            new TestTool("slow", async (_, abort) =>
            {
                running.SetResult();
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, abort);
                return ToolResult.FromText("never");
            }),
            later);
        var log = new EventLog(agent);

        var run = agent.PromptAsync([Said.User("go")], Cancel);
        await running.Task.WaitAsync(Cancel);
        await agent.InterruptAsync(Said.User("stop that"));
        var end = await run;

        end.Outcome.ShouldBe(RunOutcome.Completed);
        later.Calls.ShouldBeEmpty();
        log.Lines.Count(line => line == "agent_start").ShouldBe(1);
        log.Lines.ShouldContain("tool_execution_end a error");
        log.Lines.ShouldContain("tool_execution_end b error");
        agent.Context.OfType<ToolResultMessage>().Select(result => result.IsError).ShouldBe([true, true]);
        _model.Requests[1].Messages[^1].Text.ShouldBe("stop that");
    }

    [Fact]
    public async Task Interrupt_MidAnswer_CutsItAndGoesOnInTheSameRun()
    {
        var never = new TaskCompletionSource();
        _model.Then(new ScriptedAnswer().Text("a long story").WaitFor(never.Task)).Says("ok");
        var agent = Agent();
        var log = new EventLog(agent);

        var run = agent.PromptAsync([Said.User("tell")], Cancel);
        await _model.NextRequestAsync(Cancel);
        await agent.InterruptAsync(Said.User("shorter"));
        var end = await run;

        end.Outcome.ShouldBe(RunOutcome.Completed);
        log.Lines.SkipWhile(line => line != "turn_end 1").ShouldBe(
        [
            "turn_end 1", "turn_start 2", "message_start user shorter", "message_end user shorter",
            "message_start assistant", "message_update", "message_end assistant", "turn_end 2", "agent_end Completed",
        ]);
        _model.Requests[1].Messages.Select(message => message.Text).ShouldBe(["tell", "shorter"]);
    }

    [Fact]
    public async Task Continue_AfterAnswer_DeliversOneQueuedMessagePerTurn()
    {
        _model.Otherwise = _ => new ScriptedAnswer().Text("ok");
        var agent = Agent();
        await agent.PromptAsync([Said.User("go")], Cancel);
        await Should.ThrowAsync<InvalidOperationException>(() => agent.ContinueAsync(Cancel));
        await agent.SteerAsync(Said.User("one"));
        await agent.SteerAsync(Said.User("two"));
        var log = new EventLog(agent);

        await agent.ContinueAsync(Cancel);

        log.Lines.Where(line => line.StartsWith("message_end user", StringComparison.Ordinal) || line.StartsWith("turn_start", StringComparison.Ordinal))
            .ShouldBe(["turn_start 1", "message_end user one", "turn_start 2", "message_end user two"]);
    }

    [Fact]
    public async Task Prompt_WhileRunning_IsRefused()
    {
        var signal = new TaskCompletionSource();
        _model.Then(new ScriptedAnswer().WaitFor(signal.Task).Text("ok"));
        var agent = Agent();
        var run = agent.PromptAsync([Said.User("go")], Cancel);
        await _model.NextRequestAsync(Cancel);

        Should.Throw<InvalidOperationException>(() => agent.PromptAsync([Said.User("more")], Cancel)).Message.ShouldContain("Steer");

        signal.SetResult();
        await run;
    }

    private Agent Agent(params Tool[] tools) => new(Options() with { Tools = tools });

    private AgentOptions Options() => new() { Model = _model.Stream, ModelName = _model.Name };
}
