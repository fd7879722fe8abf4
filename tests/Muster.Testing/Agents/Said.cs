using Muster.Agents.Messages;

namespace Muster.Testing.Agents;

/// <summary>Makes the messages of tests.</summary>
public static class Said
{
    public static UserMessage User(string text, string? id = null, string? origin = null) =>
        new() { Id = id ?? text, At = DateTimeOffset.UnixEpoch, Content = [new TextBlock(text)], Origin = origin };

    public static AssistantMessage Assistant(string text, string? id = null, string model = "scripted") => new()
    {
        Id = id ?? text,
        At = DateTimeOffset.UnixEpoch,
        Model = model,
        StopReason = StopReason.Stop,
        Content = [new TextBlock(text)],
    };
}
