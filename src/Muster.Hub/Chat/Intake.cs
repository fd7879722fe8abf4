using Muster.Hub.Accounts;
using Muster.Hub.Api;
using Muster.Hub.Chat.Runs;
using Muster.Hub.Chat.Threads;
using Muster.Hub.Routing;
using Muster.Hub.Routing.Commands;
using Muster.Protocol.Ids;
using Muster.Storage;

namespace Muster.Hub.Chat;

/// <summary>Accepts messages, each once by its id. Nothing is acknowledged before it is durable; /stop acts before any queue.</summary>
internal sealed class Intake(Database database, ThreadStore threads, ConversationLoops loops, Stops stops, BackgroundWork background, TimeProvider time)
{
    public const int LongestText = 100_000;

    public async Task<MessageAccepted> AcceptAsync(SignedIn caller, string conversation, MessagePost post, CancellationToken cancel)
    {
        if (!Id<Message>.TryParse(post.Id, out var id))
        {
            throw ApiException.Invalid("id", "A message needs an id of its own.", "Send msg_ and a ULID in lower case, the same one when you try again.");
        }

        if (string.IsNullOrWhiteSpace(post.Text) || post.Text.Length > LongestText)
        {
            throw ApiException.Invalid("text", $"A message has 1 to {LongestText} characters.", "Send less at once.");
        }

        // Lone surrogates cannot be stored as UTF-8; a client that cuts text in the middle of a character sends them.
        var text = System.Text.Encoding.UTF8.GetString(System.Text.Encoding.UTF8.GetBytes(post.Text));
        var isStop = StopWords.Is(text);
        var (found, isNew) = await database.WriteAsync(tx => Accept(tx, caller, conversation, id.ToString(), text, post, isStop), cancel);
        if (isNew && isStop)
        {
            background.Start(stopping => stops.AnswerAsync(found, id.ToString(), null, RouteTexts.IsChinese(text, caller.Language), stopping));
        }
        else
        {
            loops.Wake(found);
        }

        return new MessageAccepted(id.ToString(), found);
    }

    private (string Conversation, bool IsNew) Accept(Transaction tx, SignedIn caller, string conversation, string id, string text, MessagePost post, bool isStop)
    {
        var found = ConversationDesk.Find(tx, caller, conversation);
        if (MessageStore.Find(tx, id) is { } known)
        {
            return known.ConversationId == found.Id && known.Text == text
                ? (found.Id, false)
                : throw ApiException.Conflict("Another message has this id: each message needs its own.");
        }

        var now = time.GetUtcNow();
        var channel = post.Channel is { Length: > 0 and <= 40 } named ? named : "api";
        if (channel is MessageStore.OfSchedule or MessageStore.OfTask or MessageStore.OfBackground)
        {
            throw ApiException.Invalid("channel", $"The channel \"{channel}\" is the hub's own.", "Name the program that sends it, or leave it out.");
        }

        var number = threads.Append(tx, found.Id, "user_message", EventJson.UserMessage(id, text, now, caller.Username, channel));
        MessageStore.Add(
            tx,
            new MessageRow
            {
                Id = id, ConversationId = found.Id, UserId = caller.User.ToString(), Number = number, Text = text, Interrupt = post.Interrupt ? 1 : 0,
                MayApprove = caller.Scopes.HasFlag(Scopes.Approve) ? 1 : 0,
                MayRun = caller.Scopes.HasFlag(Scopes.Run) ? 1 : 0,
                KeyId = caller.Key,
                State = isStop ? MessageState.Stopping : MessageState.Accepted,
            },
            channel);
        tx.Execute("update conversations set updated_at = @at where id = @Id", new { found.Id, at = now.ToUnixTimeMilliseconds() });
        return (found.Id, true);
    }
}
