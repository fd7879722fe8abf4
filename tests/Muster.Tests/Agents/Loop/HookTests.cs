using Muster.Agents.Loop;
using Muster.Agents.Messages;
using Muster.Agents.Tools;
using Muster.Testing.Agents;
using Muster.Testing.Models;
using Shouldly;
using Xunit;

namespace Muster.Tests.Agents.Loop;

public sealed class HookTests
{
    private readonly ScriptedModel _model = new();
    private readonly TestTool _tool = new("work", "raw");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Before_Blocks_ToolDoesNotRunAndModelIsToldWhy()
    {
        _model.Calls("work").Says("ok");
        var agent = Agent(new AgentHooks { BeforeToolCall = (_, _, _) => new ValueTask<string?>("The owner said no.") });

        await agent.PromptAsync([Said.User("go")], Cancel);

        _tool.Calls.ShouldBeEmpty();
        agent.Context.OfType<ToolResultMessage>().Single().Text.ShouldBe("The owner said no.");
    }

    [Fact]
    public async Task After_ReplacesTheResult()
    {
        _model.Calls("work").Says("ok");
        var agent = Agent(new AgentHooks
        {
            AfterToolCall = (_, _, outcome, _) => new ValueTask<ToolOutcome>(outcome with { Result = ToolResult.FromText("masked") }),
        });

        await agent.PromptAsync([Said.User("go")], Cancel);

        _model.Requests[1].Messages[^1].Text.ShouldBe("masked");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Hook_Throws_IsAnErrorResult(bool before)
    {
        _model.Calls("work").Says("ok");
        var agent = Agent(before
            ? new AgentHooks { BeforeToolCall = (_, _, _) => throw new InvalidOperationException("hook broke") }
            : new AgentHooks { AfterToolCall = (_, _, _, _) => throw new InvalidOperationException("hook broke") });

        var end = await agent.PromptAsync([Said.User("go")], Cancel);

        end.Outcome.ShouldBe(RunOutcome.Completed);
        var result = agent.Context.OfType<ToolResultMessage>().Single();
        (result.IsError, result.Text).ShouldBe((true, "hook broke"));
    }

    [Theory]
    [InlineData(true, 1)]
    [InlineData(false, 2)]
    public async Task Terminate_EndsTheRunOnlyIfAllResultsSayIt(bool both, int calls)
    {
        _model.Then(new ScriptedAnswer().Call("end", id: "a").Call("other", id: "b")).Says("more");
        var agent = new Agent(Options() with
        {
            Tools =
            [
                new TestTool("end", (_, _) => Task.FromResult(ToolResult.FromText("1") with { Terminate = true })),
                new TestTool("other", (_, _) => Task.FromResult(ToolResult.FromText("2") with { Terminate = both })),
            ],
        });

        await agent.PromptAsync([Said.User("go")], Cancel);

        _model.Requests.Count.ShouldBe(calls);
    }

    [Fact]
    public async Task ShouldStop_IsAskedBeforeTheQueues()
    {
        _model.Says("one").Says("two");
        var agent = Agent(new AgentHooks { ShouldStopAfterTurn = (_, _) => true });
        await agent.FollowUpAsync(Said.User("later"));

        await agent.PromptAsync([Said.User("go")], Cancel);

        _model.Requests.Count.ShouldBe(1);
        agent.HasQueued.ShouldBeTrue();
    }

    [Fact]
    public async Task PrepareNextTurn_ChangesWhatIsUsedFromThenOn()
    {
        _model.Calls("work").Says("ok");
        var agent = Agent(new AgentHooks { PrepareNextTurn = (options, _) => new(options with { System = "second", Tools = [] }) });

        await agent.PromptAsync([Said.User("go")], Cancel);

        _model.Requests.Select(request => (request.System, request.Tools.Count)).ShouldBe([("first", 1), ("second", 0)]);
        agent.Options.System.ShouldBe("second");
    }

    [Fact]
    public async Task TransformContext_ChangesOnlyWhatTheModelSees()
    {
        _model.Says("ok");
        var agent = Agent(new AgentHooks { TransformContext = (_, _) => new([Said.User("other")]) });

        await agent.PromptAsync([Said.User("go")], Cancel);

        _model.Requests.Single().Messages.Single().Text.ShouldBe("other");
        agent.Context[0].Text.ShouldBe("go");
    }

    [Fact]
    public async Task TurnLimit_EndsTheRunBetweenTurns()
    {
        _model.Otherwise = _ => new ScriptedAnswer().Call("work");
        var agent = new Agent(Options() with { MaxTurns = 3 });

        var end = await agent.PromptAsync([Said.User("go")], Cancel);

        end.Outcome.ShouldBe(RunOutcome.TurnLimit);
        end.Error.ShouldNotBeNull().ShouldContain("3 turns");
        _model.Requests.Count.ShouldBe(3);
        agent.Context[^1].ShouldBeOfType<ToolResultMessage>();
    }

    [Fact]
    public async Task Listener_Throws_FailsTheRunAndOthersSeeItsEnd()
    {
        _model.Says("ok");
        var agent = Agent(AgentHooks.None);
        agent.Subscribe((_, abort) => abort.IsCancellationRequested ? throw new OperationCanceledException(abort) : default);
        var log = new EventLog(agent);
        agent.Subscribe((agentEvent, _) => agentEvent is AgentEvent.MessageUpdate ? throw new InvalidOperationException("page gone") : default);

        var end = await agent.PromptAsync([Said.User("go")], Cancel);

        end.Error.ShouldBe("The run failed: page gone");
        log.Lines.TakeLast(4).ShouldBe(["message_start assistant", "message_end assistant", "turn_end 1", "agent_end Failed"]);
    }

    [Fact]
    public async Task CallIds_EmptyOrRepeated_BecomeUnique()
    {
        _model.Calls("work", id: "").Calls("work", id: "call_0").Calls("work", id: "call_0").Says("ok");
        var agent = Agent(AgentHooks.None);

        await agent.PromptAsync([Said.User("go")], Cancel);

        _tool.Calls.Count.ShouldBe(3);
        _tool.Calls.Select(call => call.Id).ShouldBeUnique();
        _tool.Calls.ShouldAllBe(call => call.Id.Length > 0);
    }

    private Agent Agent(AgentHooks hooks) => new(Options() with { Hooks = hooks });

    private AgentOptions Options() => new() { Model = _model.Stream, ModelName = _model.Name, Tools = [_tool], System = "first" };
}
