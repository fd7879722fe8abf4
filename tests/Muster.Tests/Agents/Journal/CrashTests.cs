using System.Text.Json;
using Muster.Agents;
using Muster.Agents.Journal;
using Muster.Agents.Loop;
using Muster.Agents.Messages;
using Muster.Agents.Tools;
using Muster.Testing.Agents;
using Muster.Testing.Models;
using Shouldly;
using Xunit;

namespace Muster.Tests.Agents.Journal;

/// <summary>A run with tools, steering, a follow-up and a retry, cut off after each of its records and taken up again.</summary>
public sealed class CrashTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Resume_AfterAnyRecord_LosesNothingAndRepeatsNothing(bool sequential)
    {
        var whole = new World(sequential, []);
        await whole.Agent.PromptAsync([Said.User("go")], Cancel);
        var records = whole.Journal.Records;
        whole.Agent.Context.Select(Name).ShouldBe(whole.Expected);

        for (var cut = 1; cut < records.Count; cut++)
        {
            var before = Reread(records.Take(cut));
            var world = new World(sequential, before);

            var end = await world.Agent.ResumeAsync(before, Cancel);

            var where = $"cut after {cut}: {records[cut - 1].GetType().Name}";
            end.Outcome.ShouldBe(RunOutcome.Completed, where);
            world.Agent.Context.Select(Name).ShouldBe(Expected(whole, before), where);
            world.Agent.Context.Select(message => message.Id).ShouldBeUnique(where);
            CheckTools(before, world, where);
            CheckSecondCrash(before, world, where);
        }
    }

    /// <summary>The tool "once" steers and follows up; if the crash cut it off before that, nobody said these things.</summary>
    private static IEnumerable<string> Expected(World whole, List<JournalRecord> before)
    {
        var ran = !before.OfType<JournalRecord.ToolStarted>().Any(record => record.ToolName == "once");
        var said = before.OfType<JournalRecord.Queued>().Select(record => record.Message.Text).ToList();
        return whole.Expected.Where(name => ran || name switch
        {
            "user more" => said.Contains("more"),
            "user last" or "answer bye" => said.Contains("last"),
            _ => true,
        });
    }

    private static void CheckTools(IReadOnlyList<JournalRecord> before, World world, string where)
    {
        var started = before.OfType<JournalRecord.ToolStarted>().Select(record => record.ToolName).ToList();
        var finished = before.OfType<JournalRecord.ToolFinished>().Select(record => record.Result.ToolName).ToList();
        world.Once.Calls.Count.ShouldBe(started.Contains("once") ? 0 : 1, where);
        world.Safe.Calls.Count.ShouldBe(finished.Contains("safe") ? 0 : 1, where);
        var told = world.Agent.Context.OfType<ToolResultMessage>().Single(result => result.ToolName == "once");
        told.Text.Contains("interrupted by a restart", StringComparison.Ordinal)
            .ShouldBe(started.Contains("once") && !finished.Contains("once"), where);
    }

    /// <summary>What is left of the two journals together is a finished run.</summary>
    private static void CheckSecondCrash(IReadOnlyList<JournalRecord> before, World world, string where)
    {
        IReadOnlyList<JournalRecord> all = [.. before, .. Reread(world.Journal.Records)];
        var replay = RunReplay.Of(all);
        replay.Finished.ShouldNotBeNull(where).Outcome.ShouldBe(RunOutcome.Completed);
        var added = all.OfType<JournalRecord.MessageAdded>().Select(record => record.Message.Id).ToList();
        added.ShouldBeUnique(where);
    }

    private static string Name(AgentMessage message) => message switch
    {
        UserMessage user => $"user {user.Text}",
        ToolResultMessage result => $"result {result.ToolCallId}",
        AssistantMessage answer => $"answer {answer.Text}{string.Concat(answer.ToolCalls.Select(call => call.Name))}",
        _ => "summary",
    };

    /// <summary>As a database would give them back.</summary>
    private static List<JournalRecord> Reread(IEnumerable<JournalRecord> records) =>
    [
        .. records.Select(record => JsonSerializer.Deserialize(
            JsonSerializer.Serialize(record, AgentJson.Default.JournalRecord), AgentJson.Default.JournalRecord)!),
    ];

    private sealed class World
    {
        public World(bool sequential, IReadOnlyList<JournalRecord> before)
        {
            Safe = new TestTool("safe", "s") { AfterCrash = Replay.Safe };
            Once = new TestTool("once", async (_, _) =>
            {
                await Agent!.SteerAsync(Said.User("more"));
                await Agent.FollowUpAsync(Said.User("last"));
                return ToolResult.FromText("o");
            })
            { RunMode = sequential ? ToolMode.Sequential : ToolMode.Parallel };
            var model = new ScriptedModel();
            var answered = before.OfType<JournalRecord.MessageAdded>().Count(record => record.Message is AssistantMessage);
            var script = new[]
            {
                new ScriptedAnswer().Text("tools").Call("safe", id: "a").Call("once", id: "b"),
                new ScriptedAnswer().Fail("busy"),
                new ScriptedAnswer().Text("then"),
                new ScriptedAnswer().Text("bye"),
            };
            foreach (var answer in script.Skip(answered))
            {
                model.Then(answer);
            }

            model.Otherwise = _ => new ScriptedAnswer().Text("bye");
            Agent = new Agent(new AgentOptions
            {
                Model = model.Stream,
                ModelName = model.Name,
                Tools = [Safe, Once],
                Journal = Journal,
                RetryDelays = [TimeSpan.Zero, TimeSpan.Zero],
            });
        }

        public Agent Agent { get; }
        public TestTool Safe { get; }
        public TestTool Once { get; }
        public InMemoryJournal Journal { get; } = new();

        public IReadOnlyList<string> Expected { get; } =
            ["user go", "answer toolssafeonce", "result a", "result b", "user more", "answer then", "user last", "answer bye"];
    }
}
