using System.Text;
using Muster.Agents.Loop;
using Muster.Agents.Messages;

namespace Muster.Agents.Context;

/// <summary>How many tokens a context takes: what the model last counted, and for the rest a quarter of its bytes.</summary>
internal static class TokenEstimate
{
    public const int BytesPerToken = 4;
    private const int ImageTokens = 1_200;

    /// <param name="fixedTokens">For the system prompt and the tools; part of what a model counts.</param>
    public static int Of(IReadOnlyList<AgentMessage> context, int fixedTokens)
    {
        var summarised = context.OfType<SummaryMessage>().LastOrDefault()?.At ?? DateTimeOffset.MinValue;
        for (var index = context.Count - 1; index >= 0; index--)
        {
            // What was counted before a compaction says nothing about the context after it.
            if (context[index] is AssistantMessage { StopReason: not (StopReason.Error or StopReason.Aborted), Origin: null } answer
                && answer.Usage.Input > 0 && answer.At > summarised)
            {
                return (int)(answer.Usage.Input + answer.Usage.Output) + context.Skip(index + 1).Sum(Of);
            }
        }

        return fixedTokens + context.Sum(Of);
    }

    public static int Of(AgentMessage message) => message is AssistantMessage { StopReason: StopReason.Error or StopReason.Aborted }
        ? 0
        : message.Content.Sum(Of);

    public static int OfFixed(AgentOptions options) =>
        Of(ModelCall.SystemOf(options)) + options.Tools.Sum(tool => Of(tool.Name) + Of(tool.Description) + Of(tool.Parameters.GetRawText()));

    public static int Of(string text) => (Encoding.UTF8.GetByteCount(text) + BytesPerToken - 1) / BytesPerToken;

    private static int Of(ContentBlock block) => block switch
    {
        TextBlock text => Of(text.Text),
        ThinkingBlock thinking => Of(thinking.Text),
        ToolCallBlock call => Of(call.Name) + Of(call.Arguments.GetRawText()),
        ImageBlock => ImageTokens,
        _ => 0,
    };
}
