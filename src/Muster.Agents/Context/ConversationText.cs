using System.Text;
using Muster.Agents.Messages;
using Muster.Agents.Tools;

namespace Muster.Agents.Context;

/// <summary>A conversation written out for the summariser, which must read it and not answer it.</summary>
internal static class ConversationText
{
    private const int ToolResultCharacters = 2_000;

    public static string Of(IEnumerable<AgentMessage> messages, int maxBytes)
    {
        var text = new StringBuilder();
        foreach (var message in messages)
        {
            Append(text, message);
        }

        // The newest part matters most to what comes next.
        return new OutputCap(OutputKeep.Tail, int.MaxValue, maxBytes).Apply(text.ToString());
    }

    private static void Append(StringBuilder text, AgentMessage message)
    {
        switch (message)
        {
            case UserMessage user:
                text.Append("[User").Append(user.Origin is { } machine ? $", to {machine}" : "").Append("]: ").AppendLine(user.Text);
                break;
            case AssistantMessage { StopReason: StopReason.Error or StopReason.Aborted }:
                break;
            case AssistantMessage answer:
                AppendAnswer(text, answer);
                break;
            case ToolResultMessage result:
                text.Append(result.IsError ? "[Tool error, " : "[Tool result, ").Append(result.ToolName).Append("]: ")
                    .AppendLine(new OutputCap(OutputKeep.Head, int.MaxValue, ToolResultCharacters).Apply(result.Text));
                break;
        }
    }

    private static void AppendAnswer(StringBuilder text, AssistantMessage answer)
    {
        var who = answer.Origin is { } machine ? $"Assistant, on {machine}" : "Assistant";
        if (answer.Text.Length > 0)
        {
            text.Append('[').Append(who).Append("]: ").AppendLine(answer.Text);
        }

        foreach (var call in answer.ToolCalls)
        {
            text.Append('[').Append(who).Append(" calls]: ").Append(call.Name).AppendLine(call.Arguments.GetRawText());
        }
    }
}
