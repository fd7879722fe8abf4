using Muster.Agents.Messages;

namespace Muster.Agents.Context;

/// <summary>
/// Turns an agent's context into what any provider accepts: user, assistant and tool result messages, each tool call with
/// exactly one result right behind it. (After pi-mono, packages/ai, transform-messages.)
/// </summary>
internal static class ContextRepair
{
    public const string NoResult = "No result provided";

    /// <param name="model">Whose thinking is replayed; that of others is left out.</param>
    public static IReadOnlyList<AgentMessage> ForModel(IReadOnlyList<AgentMessage> context, string model)
    {
        var repaired = new List<AgentMessage>(context.Count);
        var open = new List<ToolCallBlock>();
        foreach (var message in context)
        {
            if (message is ToolResultMessage result)
            {
                if (open.FindIndex(call => call.Id == result.ToolCallId) is >= 0 and var index)
                {
                    open.RemoveAt(index);
                    repaired.Add(result);
                }

                continue;
            }

            Answer(open, repaired);
            if (ForeignTurns.Shown(message) is not { } shown)
            {
                continue;
            }

            if (shown is not AssistantMessage answer)
            {
                repaired.Add(shown);
            }
            else if (Replayable(answer, model) is { Content.Count: > 0 } kept)
            {
                repaired.Add(kept);
                open.AddRange(kept.ToolCalls);
            }
        }

        Answer(open, repaired);
        return repaired;
    }

    private static AssistantMessage? Replayable(AssistantMessage answer, string model) =>
        answer.StopReason is StopReason.Error or StopReason.Aborted
            ? null
            : answer.Content.All(block => Keeps(block, answer.Model == model))
                ? answer
                : answer with { Content = [.. answer.Content.Where(block => Keeps(block, answer.Model == model))] };

    private static bool Keeps(ContentBlock block, bool sameModel) => block switch
    {
        ThinkingBlock thinking => sameModel && (thinking.Text.Length > 0 || thinking.Signature is not null),
        TextBlock text => text.Text.Length > 0,
        _ => true,
    };

    private static void Answer(List<ToolCallBlock> open, List<AgentMessage> repaired)
    {
        foreach (var call in open)
        {
            repaired.Add(new ToolResultMessage
            {
                Id = $"missing_{call.Id}",
                At = repaired[^1].At,
                ToolCallId = call.Id,
                ToolName = call.Name,
                IsError = true,
                Content = [new TextBlock(NoResult)],
            });
        }

        open.Clear();
    }
}
