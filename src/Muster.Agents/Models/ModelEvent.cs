using Muster.Agents.Messages;

namespace Muster.Agents.Models;

/// <summary>One step of a model's answer. <see cref="Partial"/> is the answer so far; it grows in place, so take a
/// <see cref="AssistantDraft.Snapshot"/> to keep it.</summary>
public abstract record ModelEvent(AssistantDraft Partial)
{
    public sealed record Started(AssistantDraft Partial) : ModelEvent(Partial);

    public sealed record BlockStarted(AssistantDraft Partial, BlockKind Kind, int Index) : ModelEvent(Partial);

    /// <param name="Offset">Characters of this block before <paramref name="Delta"/>.</param>
    public sealed record BlockDelta(AssistantDraft Partial, BlockKind Kind, int Index, int Offset, string Delta) : ModelEvent(Partial);

    public sealed record BlockEnded(AssistantDraft Partial, BlockKind Kind, int Index, ContentBlock Block) : ModelEvent(Partial);

    /// <summary>The whole answer; stop reason stop, length or tool_use.</summary>
    public sealed record Done(AssistantDraft Partial, AssistantMessage Message) : ModelEvent(Partial);

    /// <summary>The answer as far as it got; stop reason error or aborted.</summary>
    public sealed record Failed(AssistantDraft Partial, AssistantMessage Message) : ModelEvent(Partial);
}

public enum BlockKind
{
    Text,
    Thinking,
    ToolCall,
}
