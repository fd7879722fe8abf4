using System.Text.Json;
using Muster.Agents.Messages;
using Muster.Agents.Models;
using Shouldly;
using Xunit;

namespace Muster.Tests.Agents.Providers;

/// <summary>Short ways to ask a model and to look at what it streamed.</summary>
internal static class Asked
{
    private static readonly DateTimeOffset At = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    public static UserMessage User(string text, string id = "u1") => new() { Id = id, At = At, Content = [new TextBlock(text)] };

    public static AssistantMessage Assistant(string model, params ContentBlock[] content) =>
        new() { Id = "a1", At = At, Model = model, StopReason = StopReason.ToolUse, Content = content };

    public static ToolResultMessage Result(string callId, string tool, string text, bool error = false) =>
        new() { Id = $"r-{callId}", At = At, ToolCallId = callId, ToolName = tool, IsError = error, Content = [new TextBlock(text)] };

    public static JsonElement Json(string json) => JsonElement.Parse(json);

    public static ToolSpec Tool(string name) => new(name, $"The tool {name}.", Json("""{"type":"object","properties":{}}"""));

    public static ModelRequest Request(params AgentMessage[] messages) => new("", messages, [], ModelSettings.Default);

    public static Task<Heard> AskAsync(this ModelStream model, ModelRequest request) => model.AskUntilAsync(request, CancellationToken.None);

    public static Task<Heard> AskAsync(this ModelStream model, string text = "hi") => model.AskAsync(Request(User(text)));

    /// <param name="abort">The model's own; a deadline of the test is added outside of it.</param>
    public static async Task<Heard> AskUntilAsync(this ModelStream model, ModelRequest request, CancellationToken abort)
    {
        List<ModelEvent> events = [];
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        deadline.CancelAfter(TimeSpan.FromSeconds(60));
        await foreach (var step in model(request, abort).WithCancellation(deadline.Token))
        {
            events.Add(step);
        }

        return new Heard(events);
    }
}

/// <summary>All events of one answer.</summary>
internal sealed record Heard(IReadOnlyList<ModelEvent> Events)
{
    public AssistantMessage Message => Events[^1] switch
    {
        ModelEvent.Done done => done.Message,
        ModelEvent.Failed failed => failed.Message,
        var other => throw new InvalidOperationException($"The answer ends with {other}."),
    };

    public string Text => Message.Text;

    public string Thinking => string.Concat(Message.Content.OfType<ThinkingBlock>().Select(block => block.Text));

    public IReadOnlyList<string> Deltas => [.. Events.OfType<ModelEvent.BlockDelta>().Select(delta => delta.Delta)];

    /// <summary>Such as <c>call_1 shell {"command":"ls"}</c>.</summary>
    public IReadOnlyList<string> Calls => [.. Message.ToolCalls.Select(call => $"{call.Id} {call.Name} {call.Arguments.GetRawText()}")];

    /// <summary>What the contract of a model stream demands of every answer.</summary>
    public void ShouldBeWellFormed()
    {
        Events.Count(step => step is ModelEvent.Done or ModelEvent.Failed).ShouldBe(1);
        (Events[^1] is ModelEvent.Done or ModelEvent.Failed).ShouldBeTrue();
        if (Events[^1] is ModelEvent.Done)
        {
            Events[0].ShouldBeOfType<ModelEvent.Started>();
            Events.OfType<ModelEvent.BlockEnded>().Count().ShouldBe(Events.OfType<ModelEvent.BlockStarted>().Count());
        }

        Dictionary<int, int> lengths = [];
        foreach (var delta in Events.OfType<ModelEvent.BlockDelta>())
        {
            delta.Offset.ShouldBe(lengths.GetValueOrDefault(delta.Index));
            lengths[delta.Index] = delta.Offset + delta.Delta.Length;
        }
    }
}
