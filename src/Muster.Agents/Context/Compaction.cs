using Muster.Agents.Loop;
using Muster.Agents.Messages;
using Muster.Agents.Tools;

namespace Muster.Agents.Context;

/// <summary>Turns the older part of a context into one summary; changes nothing itself.</summary>
internal sealed class Compaction(AgentOptions options, ToolIndex tools)
{
    private const int LeastBytes = 4_000;
    private const int PromptTokens = 600;

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
        var parts = new List<string>();
        if (history.Count > 0)
        {
            var known = previous is null ? null : FileTracks.Without(previous.Text);
            parts.Add(await FittingAsync(summariser, history, text => SummaryPrompt.History(text, known)));
        }
        else if (previous is not null)
        {
            parts.Add(FileTracks.Without(previous.Text));
        }

        if (prefix.Count > 0)
        {
            parts.Add($"# The beginning of the present turn\n\n{await FittingAsync(summariser, prefix, SummaryPrompt.TurnPrefix)}");
        }

        var files = FileTracks.Of(old, name => tools.Find(name)?.Name ?? name);
        return (string.Join("\n\n", parts) + files.Text, summariser.Usage);
    }

    /// <summary>A model that takes less than its setting says gets less of the oldest part, step by step.</summary>
    private async Task<string> FittingAsync(Summariser summariser, IReadOnlyList<AgentMessage> messages, Func<string, string> prompt)
    {
        for (var room = Math.Max(LeastBytes, (ContextBudget.Of(options).Threshold - PromptTokens) * TokenEstimate.BytesPerToken); ; room /= 2)
        {
            try
            {
                return await summariser.AskAsync(prompt(ConversationText.Of(messages, room)));
            }
            catch (SummaryException error) when (error.TooLong && room / 2 >= LeastBytes)
            {
                continue;
            }
        }
    }
}
