using Muster.Hub.Chat.Threads;
using Muster.Hub.Routing;
using Muster.Storage;

namespace Muster.Hub.Chat.Runs;

/// <summary>Says in the thread which messages a stop took back before anybody had taken them up.</summary>
internal static class Withdrawal
{
    private const int LongestShown = 80;

    public static void Tell(Transaction tx, ThreadStore threads, string conversation, IEnumerable<MessageRow> messages)
    {
        foreach (var message in messages)
        {
            Tell(tx, threads, conversation, message.Text, message.Id);
        }
    }

    /// <param name="message">Its id; null where the machine was asked for and not named.</param>
    public static void Tell(Transaction tx, ThreadStore threads, string conversation, string said, string? message)
    {
        var text = said.ReplaceLineEndings(" ").Trim();
        var shown = text.Length <= LongestShown ? text : string.Concat(text.AsSpan(0, LongestShown - (char.IsHighSurrogate(text[LongestShown - 1]) ? 1 : 0)), "…");
        threads.Append(
            tx, conversation, "notice", EventJson.Notice("stopped", RouteTexts.IsChinese(text, "") ? $"/stop 撤回了“{shown}”。" : $"Withdrawn by /stop: \"{shown}\"", "info", message));
    }
}
