namespace Muster.Client;

/// <summary>How a question is asked.</summary>
public sealed record AskOptions
{
    /// <summary>Continues this conversation; null begins one.</summary>
    public string? ConversationId { get; init; }

    /// <summary>With a new conversation: the machine it starts with.</summary>
    public string? Node { get; init; }

    /// <summary>With a new conversation: the model that it uses; null is each machine's own.</summary>
    public string? Model { get; init; }

    /// <summary>Stops what the conversation works on and goes on with this instead.</summary>
    public bool Interrupt { get; init; }

    /// <summary>Events up to this number are known already.</summary>
    public long After { get; init; }

    /// <summary>A <c>msg_</c> id; the same id is accepted once. Made by the client when null.</summary>
    public string? MessageId { get; init; }

    /// <summary>Where the message comes from, as shown to others: <c>cli</c>, <c>sdk</c>.</summary>
    public string Channel { get; init; } = "sdk";

    /// <summary>Called once the conversation is known, before anything is streamed.</summary>
    public Action<string>? Started { get; init; }
}
