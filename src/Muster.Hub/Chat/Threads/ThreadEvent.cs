namespace Muster.Hub.Chat.Threads;

/// <summary>One event of a thread, as it goes to watchers. Durable ones have a number.</summary>
/// <param name="MessageId">The message that a delta belongs to, so that deltas of an ended message can be left out.</param>
public sealed record ThreadEvent(long Number, string Name, string Json, string? MessageId = null)
{
    public bool Durable => Number > 0;
}
