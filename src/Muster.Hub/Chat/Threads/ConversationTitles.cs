using Muster.Hub.Routing.Commands;
using Muster.Storage;

namespace Muster.Hub.Chat.Threads;

/// <summary>What a conversation is called that nobody has named: after its first message, and before there is one after its first command.</summary>
internal static class ConversationTitles
{
    private const int Longest = 60;

    public static void ByMessage(Transaction tx, ConversationRow conversation, string text, CommandBook book)
    {
        if (conversation.Title.Length == 0 || book.IsOfHub(conversation.Title))
        {
            ConversationStore.SetTitle(tx, conversation.Id, Of(text));
        }
    }

    public static void ByCommand(Transaction tx, ConversationRow conversation, string text)
    {
        if (conversation.Title.Length == 0)
        {
            ConversationStore.SetTitle(tx, conversation.Id, Of(text));
        }
    }

    private static string Of(string text)
    {
        var line = text.Trim().Split('\n')[0].Trim();
        return line.Length <= Longest ? line : string.Concat(line.AsSpan(0, Longest - 1 - (char.IsHighSurrogate(line[Longest - 2]) ? 1 : 0)), "…");
    }
}
