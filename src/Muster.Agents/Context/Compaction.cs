using Muster.Agents.Loop;
using Muster.Agents.Messages;
using Muster.Agents.Tools;

namespace Muster.Agents.Context;

/// <summary>Turns the older part of a context into one summary; changes nothing itself.</summary>
internal sealed class Compaction(AgentOptions options, ToolSet tools)
{
    /// <param name="cut">From <see cref="CutPoint.Find"/>.</param>
    /// <returns>The text of the summary, the lists of files at its end, and what it used.</returns>
    /// <exception cref="SummaryException">The model gave no summary.</exception>
    public async Task<(string Text, Usage Usage)> RunAsync(IReadOnlyList<AgentMessage> context, CutPoint cut, CancellationToken stop)
    {
        var summariser = new Summariser(options, stop);
        var old = context.Take(cut.FirstKept).ToList();
        var previous = old.OfType<SummaryMessage>().LastOrDefault();
        var history = old.Take(cut.TurnStart).Where(message => message is not SummaryMessage).ToList();
        var prefix = old.Skip(cut.TurnStart).ToList();
        var room = ContextBudget.Of(options).Threshold / 2;
        var parts = new List<string>();
        if (history.Count > 0)
        {
            parts.Add(await summariser.AskAsync(SummaryPrompt.History(
                ConversationText.Of(history, room), previous is null ? null : FileTracks.Without(previous.Text))));
        }
        else if (previous is not null)
        {
            parts.Add(FileTracks.Without(previous.Text));
        }

        if (prefix.Count > 0)
        {
            var turn = await summariser.AskAsync(SummaryPrompt.TurnPrefix(ConversationText.Of(prefix, room)));
            parts.Add($"# The beginning of the present turn\n\n{turn}");
        }

        var files = FileTracks.Of(old, name => tools.Find(name)?.Name ?? name);
        return (string.Join("\n\n", parts) + files.Text, summariser.Usage);
    }
}
