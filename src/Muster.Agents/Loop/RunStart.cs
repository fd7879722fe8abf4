using Muster.Agents.Messages;

namespace Muster.Agents.Loop;

/// <summary>Where a run begins: at its prompts, or where a crash cut it off.</summary>
internal sealed record RunStart
{
    /// <summary>In the context already, but not yet shown.</summary>
    public IReadOnlyList<AgentMessage> Prompts { get; init; } = [];

    /// <summary>The queue was asked just now; asking again would deliver two messages at once.</summary>
    public bool SkipFirstPoll { get; init; }

    public int Turn { get; init; } = 1;
    public TurnProgress Progress { get; init; } = TurnProgress.New;

    /// <summary>The answer of this turn, when only its tools or its end are left to do.</summary>
    public AssistantMessage? Answered { get; init; }

    public UnfinishedCalls Calls { get; init; } = UnfinishedCalls.None;
}
