using Muster.Agents.Journal;
using Muster.Agents.Loop;
using Muster.Agents.Messages;
using Muster.Testing;
using Muster.Testing.Agents;
using Muster.Testing.Models;
using Shouldly;
using Xunit;

namespace Muster.Tests.Agents.Loop;

public sealed class RetryTests
{
    private readonly ScriptedModel _model = new();
    private readonly FakeTime _time = new();
    private readonly InMemoryJournal _journal = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Transient_ThreeFailures_WaitsTwoFourEightThenAnswers()
    {
        _model.Fails("busy").Fails("busy").Fails("busy").Says("at last");
        var agent = Agent();
        var log = new EventLog(agent);
        var delays = new List<double>();
        agent.Subscribe((agentEvent, _) =>
        {
            if (agentEvent is AgentEvent.Retrying retrying)
            {
                delays.Add(retrying.Delay.TotalSeconds);
            }

            return ValueTask.CompletedTask;
        });
        var start = _time.GetUtcNow();

        var end = await RunAsync(agent);

        end.Outcome.ShouldBe(RunOutcome.Completed);
        delays.ShouldBe([2, 4, 8]);
        (_time.GetUtcNow() - start).TotalSeconds.ShouldBeGreaterThanOrEqualTo(14);
        log.Lines.Count(line => line.StartsWith("turn_start", StringComparison.Ordinal)).ShouldBe(1);
        agent.Context.Select(message => message.Text).ShouldBe(["go", "at last"]);
        end.Messages.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Transient_TriesUsedUp_FailsWithTheModelsError()
    {
        _model.Otherwise = _ => new ScriptedAnswer().Fail("The model is overloaded.");
        var agent = Agent();

        var end = await RunAsync(agent);

        end.Outcome.ShouldBe(RunOutcome.Failed);
        end.Error.ShouldBe("The model is overloaded.");
        _model.Requests.Count.ShouldBe(4);
    }

    [Fact]
    public async Task Failed_Usage_StaysInTheJournal()
    {
        _model.Then(new ScriptedAnswer().Uses(120, 3).Fail("broken")).Says("ok");

        await RunAsync(Agent());

        _journal.Records.OfType<JournalRecord.MessageAdded>().Select(record => record.Message).OfType<AssistantMessage>()
            .First().Usage.ShouldBe(new Usage(120, 3));
        _journal.Records.OfType<JournalRecord.ModelCallStarted>().Select(record => (record.Turn, record.Attempt)).ShouldBe([(1, 1), (1, 2)]);
    }

    [Theory]
    [InlineData(30, true)]
    [InlineData(61, false)]
    public async Task RetryAfter_UpToAMinute_IsHonoured(int seconds, bool retried)
    {
        _model.Fails("limited", retryAfter: TimeSpan.FromSeconds(seconds)).Says("ok");
        var agent = Agent();
        var log = new EventLog(agent);

        var end = await RunAsync(agent);

        end.Outcome.ShouldBe(retried ? RunOutcome.Completed : RunOutcome.Failed);
        log.Lines.Contains($"retrying 1/3 {seconds}s").ShouldBe(retried);
        (end.Error ?? "61 s").ShouldContain("61 s");
    }

    [Theory]
    [InlineData(ModelFailureKind.Refused)]
    [InlineData(ModelFailureKind.Invalid)]
    public async Task Hopeless_IsNotTriedAgain(ModelFailureKind kind)
    {
        _model.Fails("no", kind).Says("never");

        (await RunAsync(Agent())).Outcome.ShouldBe(RunOutcome.Failed);

        _model.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Stream_Throws_BecomesAFailedMessage()
    {
        _model.Then(new ScriptedAnswer().Text("par").Throws(new InvalidOperationException("parser broke"))).Says("never");

        var end = await RunAsync(Agent());

        end.Error.ShouldBe("The model call failed: parser broke");
        end.Messages[^1].Text.ShouldBe("par");
    }

    [Fact]
    public async Task Abort_WhileWaiting_EndsAtOnce()
    {
        var agent = Agent();
        _model.Fails("busy").Says("never");
        agent.Subscribe((agentEvent, _) =>
        {
            if (agentEvent is AgentEvent.Retrying)
            {
                agent.Abort();
            }

            return ValueTask.CompletedTask;
        });

        (await agent.PromptAsync([Said.User("go")], Cancel)).Outcome.ShouldBe(RunOutcome.Aborted);

        _model.Requests.Count.ShouldBe(1);
    }

    private async Task<AgentEvent.AgentEnd> RunAsync(Agent agent)
    {
        var run = agent.PromptAsync([Said.User("go")], Cancel);
        while (!run.IsCompleted)
        {
            Cancel.ThrowIfCancellationRequested();
            _time.Advance(TimeSpan.FromSeconds(_time.Waiting > 0 ? 1 : 0));
            await Task.Yield();
        }

        return await run;
    }

    private Agent Agent() =>
        new(new AgentOptions { Model = _model.Stream, ModelName = _model.Name, Time = _time, Journal = _journal });
}
