using Muster.Node.Link;
using Muster.Protocol.Link;
using Muster.Protocol.Wire;
using Muster.Storage;

namespace Muster.Node.Assistant;

/// <summary>Where the events of one run go: durable ones into the outbox, deltas straight onto the link.</summary>
internal sealed class RunOutput(HubLink link, Forward forward)
{
    public string RunId => forward.RunId;

    public void Durable(Transaction transaction, string name, string json) =>
        link.Enqueue(transaction, Lane.Chat, Event(name, json));

    /// <returns>False when there is no link, or no room on it.</returns>
    public bool Volatile(string name, string json) => link.TrySendVolatile(Event(name, json));

    private Frame Event(string name, string json) => new()
    {
        RunEvent = new RunEvent
        {
            RunId = forward.RunId,
            ConversationId = forward.ConversationId,
            Epoch = forward.Epoch,
            Name = name,
            Json = json,
        },
    };
}
