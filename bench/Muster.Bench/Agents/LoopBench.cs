using System.Runtime.CompilerServices;
using System.Text.Json;
using BenchmarkDotNet.Attributes;
using Muster.Agents.Journal;
using Muster.Agents.Loop;
using Muster.Agents.Messages;
using Muster.Agents.Models;
using Muster.Agents.Tools;

namespace Muster.Bench.Agents;

/// <summary>What the loop itself costs: an instant model, one listener, a journal in memory.</summary>
[MemoryDiagnoser]
[ShortRunJob]
[InProcess]
public class LoopBench
{
    private const int Pieces = 100;

    private readonly Tool _tool = new EchoTool();

    [Params(1, 20)]
    public int Turns { get; set; }

    [Benchmark]
    public Task<AgentEvent.AgentEnd> PlainAnswers() => RunAsync(withTool: false);

    [Benchmark]
    public Task<AgentEvent.AgentEnd> ToolTurns() => RunAsync(withTool: true);

    private async Task<AgentEvent.AgentEnd> RunAsync(bool withTool)
    {
        var model = new InstantModel(withTool ? Turns : 0);
        var agent = new Agent(new AgentOptions
        {
            Model = model.AnswerAsync,
            ModelName = "instant",
            Tools = [_tool],
            Journal = new InMemoryJournal(),
        });
        using var watching = agent.Subscribe(static (_, _) => ValueTask.CompletedTask);
        for (var turn = 1; turn < (withTool ? 1 : Turns); turn++)
        {
            await agent.FollowUpAsync(Say($"more {turn}"));
        }

        return await agent.PromptAsync([Say("go")]);
    }

    private static UserMessage Say(string text) => new() { Id = text, At = DateTimeOffset.UnixEpoch, Content = [new TextBlock(text)] };

    private sealed class InstantModel(int toolTurns)
    {
        private int _calls;

        public async IAsyncEnumerable<ModelEvent> AnswerAsync(ModelRequest request, [EnumeratorCancellation] CancellationToken abort)
        {
            var draft = new AssistantDraft("", "instant", DateTimeOffset.UnixEpoch);
            var callsTool = ++_calls < toolTurns;
            yield return draft.Start();
            yield return draft.Open(callsTool ? BlockKind.ToolCall : BlockKind.Text, callsTool ? $"c{_calls}" : null, "echo");
            for (var piece = 0; piece < (callsTool ? 0 : Pieces); piece++)
            {
                yield return draft.Append(0, "word ");
            }

            yield return draft.Close(0);
            yield return draft.Finish(callsTool ? StopReason.ToolUse : StopReason.Stop);
            await ValueTask.CompletedTask;
        }
    }

    private sealed class EchoTool : Tool
    {
        public override string Name => "echo";
        public override string Description => "Says the same.";
        public override JsonElement Parameters { get; } = JsonElement.Parse("""{"type":"object","properties":{"text":{"type":"string","default":"x"}}}""");

        public override Task<ToolResult> ExecuteAsync(ToolCall call, CancellationToken abort) => Task.FromResult(ToolResult.FromText("x"));
    }
}
