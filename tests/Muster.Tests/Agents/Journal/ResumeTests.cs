using System.Text.Json;
using Muster.Agents.Journal;
using Muster.Agents.Loop;
using Muster.Agents.Messages;
using Muster.Testing.Agents;
using Muster.Testing.Models;
using Shouldly;
using Xunit;

namespace Muster.Tests.Agents.Journal;

public sealed class ResumeTests
{
    private readonly ScriptedModel _model = new();
    private readonly InMemoryJournal _journal = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Resume_FinishedRun_RunsNothing()
    {
        _model.Says("done");
        await Agent().PromptAsync([Said.User("go")], Cancel);
        var again = Agent();
        var log = new EventLog(again);

        var end = await again.ResumeAsync(_journal.Records, Cancel);

        end.Outcome.ShouldBe(RunOutcome.Completed);
        log.Lines.ShouldBeEmpty();
        again.Context.Select(message => message.Text).ShouldBe(["go", "done"]);
        again.IsRunning.ShouldBeFalse();
    }

    [Fact]
    public async Task Resume_AbortWasRequested_EndsAbortedAndKeepsTheQueue()
    {
        var agent = Agent();

        var end = await agent.ResumeAsync(
            [
                new JournalRecord.RunStarted([], [Said.User("go")]),
                new JournalRecord.ModelCallStarted(1, 1, "m1"),
                new JournalRecord.Queued(QueueKind.Steering, Said.User("more")),
                new JournalRecord.AbortRequested(),
            ],
            Cancel);

        end.Outcome.ShouldBe(RunOutcome.Aborted);
        _model.Requests.ShouldBeEmpty();
        agent.TakeQueued().Single().Text.ShouldBe("more");
    }

    [Fact]
    public async Task Resume_CrashInTheModelCall_CountsItAsATry()
    {
        _model.Says("done");

        await Agent().ResumeAsync(
            [new JournalRecord.RunStarted([], [Said.User("go")]), new JournalRecord.ModelCallStarted(1, 2, "m1")], Cancel);

        var call = _journal.Records.OfType<JournalRecord.ModelCallStarted>().Single();
        (call.Turn, call.Attempt).ShouldBe((1, 3));
        call.MessageId.ShouldNotBe("m1");
    }

    [Fact]
    public async Task Resume_Events_AreThoseThatTheJournalDoesNotHold()
    {
        var answer = new AssistantMessage
        {
            Id = "m1",
            At = DateTimeOffset.UnixEpoch,
            Model = "scripted",
            StopReason = StopReason.ToolUse,
            Content = [new ToolCallBlock("a", "work", JsonElement.Parse("{}"))],
        };
        _model.Says("sorry");
        var agent = Agent();
        var log = new EventLog(agent);

        await agent.ResumeAsync(
            [
                new JournalRecord.RunStarted([], [Said.User("go")]),
                new JournalRecord.ModelCallStarted(1, 1, "m1"),
                new JournalRecord.MessageAdded(answer),
                new JournalRecord.ToolStarted("a", "work", JsonElement.Parse("{}"), Muster.Agents.Tools.Replay.Never),
            ],
            Cancel);

        log.Lines.Take(6).ShouldBe(
        [
            "agent_start", "turn_start 1", "tool_execution_end a error", "message_start tool_result a", "message_end tool_result a", "turn_end 1",
        ]);
        _model.Requests.Single().Messages[^1].Text.ShouldContain("\"work\" was interrupted by a restart");
    }

    [Fact]
    public async Task Resume_NotAJournal_SaysSo()
    {
        await Should.ThrowAsync<ArgumentException>(() => Agent().ResumeAsync([], Cancel));
    }

    [Fact]
    public async Task Steer_WhileRunning_IsJournaledBeforeItReturns()
    {
        var signal = new TaskCompletionSource();
        _model.Then(new ScriptedAnswer().WaitFor(signal.Task).Text("ok")).Says("fine");
        var agent = Agent();
        var run = agent.PromptAsync([Said.User("go")], Cancel);
        await _model.NextRequestAsync(Cancel);

        await agent.SteerAsync(Said.User("more"));

        _journal.Records[^1].ShouldBeOfType<JournalRecord.Queued>().Message.Text.ShouldBe("more");
        agent.TakeQueued().Single().Text.ShouldBe("more");
        signal.SetResult();
        await run;
        _journal.Records.OfType<JournalRecord.Unqueued>().Single().MessageIds.ShouldBe(["more"]);
        _journal.Records[^1].ShouldBeOfType<JournalRecord.RunFinished>();
    }

    [Fact]
    public async Task Journal_CannotBeWritten_FailsTheRunWithTheReason()
    {
        _model.Calls("work").Says("never");
        var agent = new Agent(Options() with { Journal = new FullDisk(after: 3), Tools = [new TestTool("work", "done")] });

        var end = await agent.PromptAsync([Said.User("go")], Cancel);

        end.Outcome.ShouldBe(RunOutcome.Failed);
        end.Error.ShouldBe("The run failed: The disk is full.");
        agent.IsRunning.ShouldBeFalse();
    }

    private Agent Agent() => new(Options());

    private AgentOptions Options() => new() { Model = _model.Stream, ModelName = _model.Name, Journal = _journal };

    private sealed class FullDisk(int after) : IRunJournal
    {
        private int _left = after;

        public ValueTask AppendAsync(IReadOnlyList<JournalRecord> records, CancellationToken cancel) =>
            _left-- > 0 ? ValueTask.CompletedTask : throw new IOException("The disk is full.");
    }
}
