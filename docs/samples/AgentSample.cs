using System.Text.Json;
using Muster.Agents.Loop;
using Muster.Agents.Messages;
using Muster.Agents.Models;
using Muster.Agents.Tools;

namespace Muster.Samples;

/// <summary>A whole program: an agent with one tool, whose answer is printed as it comes.</summary>
public static class AgentSample
{
    public static async Task<RunOutcome> RunAsync(ModelStream model, string modelName, string question, TextWriter output)
    {
        var agent = new Agent(new AgentOptions
        {
            Model = model,
            ModelName = modelName,
            System = "You are a helpful assistant.",
            Tools = [new ClockTool()],
        });
        agent.Subscribe(async (agentEvent, _) =>
        {
            switch (agentEvent)
            {
                case AgentEvent.MessageUpdate { Update: ModelEvent.BlockDelta { Kind: BlockKind.Text } piece }:
                    await output.WriteAsync(piece.Delta);
                    break;
                case AgentEvent.ToolExecutionStart start:
                    await output.WriteLineAsync($"[{start.ToolName} {start.Args}]");
                    break;
            }
        });
        var end = await agent.PromptAsync([new UserMessage { Id = "q1", At = TimeProvider.System.GetUtcNow(), Content = [new TextBlock(question)] }]);
        await output.WriteLineAsync(end.Error ?? "");
        return end.Outcome;
    }

    private sealed class ClockTool : Tool
    {
        public override string Name => "clock";
        public override string Description => "Tells the time in a zone.";
        public override JsonElement Parameters => JsonElement.Parse(
            """{"type":"object","properties":{"zone":{"type":"string","default":"UTC"}}}""");

        public override Task<ToolResult> ExecuteAsync(ToolCall call, CancellationToken abort)
        {
            var zone = TimeZoneInfo.FindSystemTimeZoneById(call.Arguments.GetProperty("zone").GetString()!);
            return Task.FromResult(ToolResult.FromText($"{TimeZoneInfo.ConvertTime(TimeProvider.System.GetUtcNow(), zone):HH:mm}"));
        }
    }
}
