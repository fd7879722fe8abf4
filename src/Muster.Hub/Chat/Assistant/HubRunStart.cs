using System.Text.Json;
using Muster.Agents;
using Muster.Agents.Journal;
using Muster.Agents.Messages;
using Muster.Hub.Accounts;
using Muster.Hub.Chat.Runs;
using Muster.Storage;

namespace Muster.Hub.Chat.Assistant;

/// <summary>What a run on the hub begins with, or goes on with after the hub was killed.</summary>
/// <param name="Context">The thread before it.</param>
/// <param name="Records">What its journal holds.</param>
/// <param name="Steered">Messages that were handed to it and that it has not shown.</param>
internal sealed record HubRunStart(string Text, UserRow User, IReadOnlyList<AgentMessage> Context, IReadOnlyList<JournalRecord> Records, IReadOnlyList<MessageRow> Steered)
{
    /// <summary>The model that was chosen for the conversation.</summary>
    public string? Model { get; init; }

    /// <summary>Messages that are in its journal already.</summary>
    public IEnumerable<string> Held => Records.Select(record => record switch
    {
        JournalRecord.Queued queued => queued.Message.Id,
        JournalRecord.MessageAdded added => added.Message.Id,
        _ => null,
    }).OfType<string>();

    public static HubRunStart Load(Transaction tx, RunRow run)
    {
        var message = MessageStore.Find(tx, run.MessageId)!;
        // The event that says that it was routed is the first of the run.
        var until = tx.Scalar<long>("select min(number) from thread_events where conversation_id = @ConversationId and run_id = @Id", new { run.ConversationId, run.Id });
        var context = ThreadContext.Before(tx, run.ConversationId, run.MessageId, HubMachine.Name, until);
        return new HubRunStart(
            message.Work ?? message.Text,
            UserStore.Find(tx, message.UserId)!,
            [.. context.Select(entry => Own(JsonSerializer.Deserialize(entry.MessageJson, AgentJson.Default.AgentMessage)!, entry.Origin))],
            HubJournalStore.Of(tx, run.Id),
            MessageStore.Steered(tx, run.Id))
        {
            Model = ConversationStore.Find(tx, run.ConversationId)?.Model,
        };
    }

    /// <summary>What the hub said is its own voice; all else is another's.</summary>
    private static AgentMessage Own(AgentMessage message, string origin) => message switch
    {
        AssistantMessage answer when origin.Length > 0 && origin != HubMachine.Name => answer with { Origin = origin },
        _ => message,
    };
}
