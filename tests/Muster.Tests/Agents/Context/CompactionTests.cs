using Muster.Agents.Journal;
using Muster.Agents.Loop;
using Muster.Agents.Messages;
using Muster.Agents.Tools;
using Muster.Testing.Agents;
using Muster.Testing.Models;
using Shouldly;
using Xunit;

namespace Muster.Tests.Agents.Context;

public sealed class CompactionTests
{
    private static readonly string Long = new('x', 4_000);

    private readonly ScriptedModel _model = new();
    private readonly InMemoryJournal _journal = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Threshold_OldPartBecomesASummary_NewestStaysAndRulesHold()
    {
        _model.Says("## Goal\nfree space").Says("beginning").Says("done");
        var agent = Agent(Talk(8));
        var log = new EventLog(agent);

        await agent.PromptAsync([Said.User("go on")], Cancel);

        log.Lines.Skip(4).Take(2).ShouldBe(["compacted Threshold", "message_start assistant"]);
        agent.Context[0].ShouldBeOfType<SummaryMessage>().Text.ShouldStartWith("## Goal\nfree space");
        agent.Context.Select(message => message.Id).ShouldContain("a7");
        agent.Context.Select(message => message.Id).ShouldNotContain("q0");
        var (ask, call) = (_model.Requests[0], _model.Requests[^1]);
        ask.Messages.Single().Text.ShouldContain("[User]: q0");
        ask.Tools.ShouldBeEmpty();
        call.System.ShouldContain("Never touch /etc.");
        call.Messages[0].ShouldBeOfType<UserMessage>().Text.ShouldContain("free space");
        call.Messages[^1].Text.ShouldBe("go on");
        var compacted = log.Events.OfType<AgentEvent.Compacted>().Single();
        compacted.TokensAfter.ShouldBeLessThan(compacted.TokensBefore);
    }

    [Fact]
    public async Task Threshold_SummaryFails_GoesOnWithTheWholeContext()
    {
        _model.Fails("no summary today", ModelFailureKind.Invalid).Says("done");
        var agent = Agent(Talk(8));
        var log = new EventLog(agent);

        var end = await agent.PromptAsync([Said.User("go on")], Cancel);

        end.Outcome.ShouldBe(RunOutcome.Completed);
        log.Events.OfType<AgentEvent.Compacted>().Single().Error.ShouldBe("the summary failed: no summary today");
        agent.Context.Count.ShouldBe(18);
    }

    [Fact]
    public async Task Overflow_DropsTheErrorCompactsAndRetriesOnce()
    {
        _model.Fails("too long", ModelFailureKind.Overflow).Says("summary").Says("beginning").Says("done");
        var agent = Agent(Talk(3), window: 100_000);
        var log = new EventLog(agent);

        var end = await agent.PromptAsync([Said.User("go on")], Cancel);

        end.Outcome.ShouldBe(RunOutcome.Completed);
        log.Lines.Skip(4).Where(line => line != "message_update").ShouldBe(
        [
            "message_start assistant", "message_end assistant", "compacted Overflow",
            "message_start assistant", "message_end assistant", "turn_end 1", "agent_end Completed",
        ]);
        agent.Context.OfType<AssistantMessage>().ShouldAllBe(message => message.StopReason == StopReason.Stop);
        end.Messages.Count.ShouldBe(2);
        await CheckEveryCutAsync();
    }

    [Fact]
    public async Task Overflow_Again_FailsWithAClearError()
    {
        _model.Fails("too long", ModelFailureKind.Overflow).Says("summary").Says("beginning").Fails("too long", ModelFailureKind.Overflow);
        var agent = Agent(Talk(3), window: 100_000);

        var end = await agent.PromptAsync([Said.User("go on")], Cancel);

        end.Outcome.ShouldBe(RunOutcome.Failed);
        end.Error.ShouldNotBeNull().ShouldContain("larger context");
    }

    [Fact]
    public async Task Overflow_SummaryFails_LosesNothing()
    {
        _model.Fails("too long", ModelFailureKind.Overflow).Fails("refused", ModelFailureKind.Refused);
        var agent = Agent(Talk(3), window: 100_000);

        var end = await agent.PromptAsync([Said.User("go on")], Cancel);

        end.Error.ShouldNotBeNull().ShouldContain("refused");
        agent.Context.Count.ShouldBe(8);
    }

    [Fact]
    public async Task Compact_SummaryDoesNotFitEither_IsAskedForWithLess()
    {
        _model.Fails("too long", ModelFailureKind.Overflow).Says("summary").Says("beginning");
        var agent = Agent(Talk(8));

        (await agent.CompactAsync(Cancel)).ShouldNotBeNull().Error.ShouldBeNull();

        _model.Requests[1].Messages[0].Text.Length.ShouldBeLessThan(_model.Requests[0].Messages[0].Text.Length);
    }

    [Fact]
    public async Task Compact_CutInsideATurn_SummarisesItsBeginningApart_AndCarriesFiles()
    {
        var number = 0;
        _model.Otherwise = request => request.Tools.Count > 0 && number++ < 6
            ? new ScriptedAnswer().Call(number == 1 ? "file_write" : "file_read", $$"""{"path":"f{{number}}.txt"}""")
            : new ScriptedAnswer().Text("text");
        var agent = Agent([], window: 100_000, new TestTool("file_read", Long), new TestTool("file_write", Long));
        await agent.PromptAsync([Said.User("do all")], Cancel);

        await agent.CompactAsync(Cancel);
        var first = agent.Context[0].ShouldBeOfType<SummaryMessage>().Text;
        first.ShouldContain("# The beginning of the present turn");
        first.ShouldContain("<read-files>\nf2.txt");
        first.ShouldContain("<changed-files>\nf1.txt\n</changed-files>");
        agent.Context[1].ShouldBeOfType<AssistantMessage>();

        await agent.PromptAsync([Said.User($"more {Long}{Long}{Long}{Long}")], Cancel);
        (await agent.CompactAsync(Cancel)).ShouldNotBeNull().Error.ShouldBeNull();

        var second = agent.Context[0].Text;
        second.ShouldContain("f1.txt");
        second.ShouldContain("f6.txt");
        second.Split("<read-files>").Length.ShouldBe(2);
        _model.Requests[^1].Messages[0].Text.ShouldContain("<previous-summary>");
    }

    [Fact]
    public async Task Compact_NothingOld_DoesNothing() => (await Agent([]).CompactAsync(Cancel)).ShouldBeNull();

    /// <summary>A run that compacted is taken up after each of its records, and gets to the same context.</summary>
    private async Task CheckEveryCutAsync()
    {
        var records = _journal.Records;
        for (var cut = 2; cut < records.Count; cut++)
        {
            var model = new ScriptedModel { Otherwise = _ => new ScriptedAnswer().Text("done") };
            if (!records.Take(cut).OfType<JournalRecord.MessageAdded>().Any())
            {
                model.Fails("too long", ModelFailureKind.Overflow);
            }

            var agent = new Agent(Options(model, 100_000));
            var end = await agent.ResumeAsync([.. records.Take(cut)], Cancel);
            end.Outcome.ShouldBe(RunOutcome.Completed, $"cut after {cut}");
            agent.Context.Select(message => message.GetType().Name).ShouldBe(
                ["SummaryMessage", "AssistantMessage", "UserMessage", "AssistantMessage", "UserMessage", "AssistantMessage"], $"cut after {cut}");
        }
    }

    private static List<AgentMessage> Talk(int turns) =>
    [
        .. Enumerable.Range(0, turns).SelectMany(turn => new AgentMessage[]
        {
            Said.User($"q{turn} {Long}", $"q{turn}"), Said.Assistant($"a{turn} {Long}", $"a{turn}"),
        }),
    ];

    private Agent Agent(IReadOnlyList<AgentMessage> context, int window = 16_000, params Tool[] tools) =>
        new(Options(_model, window) with { Tools = tools, Journal = _journal }, context);

    private static AgentOptions Options(ScriptedModel model, int window) => new()
    {
        Model = model.Stream,
        ModelName = model.Name,
        ContextWindow = window,
        ReserveTokens = 2_000,
        KeepRecentTokens = 3_000,
        Rules = ["Never touch /etc."],
    };
}
