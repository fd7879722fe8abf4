using Muster.Agents.Messages;

namespace Muster.Agents.Context;

/// <summary>How a model gets to see what it did not say or hear itself: summaries, and turns of other machines.</summary>
internal static class ForeignTurns
{
    private const string SummaryIntroduction = "The conversation before this point was summarised to save space. The summary:";

    /// <summary>The message as the model gets it, or null if there is nothing to show.</summary>
    public static AgentMessage? Shown(AgentMessage message) => message switch
    {
        SummaryMessage summary => Said(summary, $"{SummaryIntroduction}\n\n{summary.Text}"),
        UserMessage { Origin: { } machine } user => user with
        {
            Origin = null,
            Content = [new TextBlock($"[said to the machine {machine}] "), .. user.Content],
        },
        AssistantMessage { Origin: { } machine } answer => Answered(answer, machine),
        _ => message,
    };

    /// <summary>As a note and not in the model's own voice: it would copy the mark, and take the other's calls for its own.</summary>
    private static UserMessage? Answered(AssistantMessage answer, string machine)
    {
        if (answer.StopReason is StopReason.Error or StopReason.Aborted)
        {
            return null;
        }

        var tools = answer.ToolCalls.Select(call => call.Name).Distinct(StringComparer.Ordinal).ToList();
        var used = tools.Count == 0 ? "" : $" using {string.Join(", ", tools)}";
        return answer.Text.Length == 0 && tools.Count == 0 ? null : Said(answer, $"[the machine {machine} answered{used}] {answer.Text}");
    }

    private static UserMessage Said(AgentMessage message, string text) =>
        new() { Id = message.Id, At = message.At, Content = [new TextBlock(text)] };
}
