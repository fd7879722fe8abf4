using Muster.Agents.Messages;
using Muster.Agents.Models;
using Muster.Agents.Tools;

namespace Muster.Agents.Loop;

/// <summary>All that one agent is made of.</summary>
public sealed record AgentOptions
{
    public required ModelStream Model { get; init; }

    /// <summary>Used in messages and to tell whose thinking may be replayed.</summary>
    public required string ModelName { get; init; }

    public string System { get; init; } = "";
    public IReadOnlyList<Tool> Tools { get; init; } = [];
    public ModelSettings Settings { get; init; } = ModelSettings.Default;
    public AgentHooks Hooks { get; init; } = AgentHooks.None;
    public QueueMode SteeringMode { get; init; } = QueueMode.OneAtATime;
    public QueueMode FollowUpMode { get; init; } = QueueMode.OneAtATime;

    /// <summary>Model calls in one run; the run then ends with <see cref="RunOutcome.TurnLimit"/>. 1 to 1000.</summary>
    public int MaxTurns { get; init; } = 50;

    /// <summary>Tokens the model can take in; decides when the context is compacted.</summary>
    public int ContextWindow { get; init; } = 128_000;

    /// <summary>Kept free for the answer.</summary>
    public int ReserveTokens { get; init; } = 16_384;

    /// <summary>The newest part of the context that compaction leaves as it is.</summary>
    public int KeepRecentTokens { get; init; } = 20_000;

    /// <summary>Rules that survive every compaction, word for word.</summary>
    public IReadOnlyList<string> Rules { get; init; } = [];

    /// <summary>Waits between tries of a failed model call; their number is the number of tries after the first.</summary>
    public IReadOnlyList<TimeSpan> RetryDelays { get; init; } =
        [TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(4), TimeSpan.FromSeconds(8)];

    /// <summary>How long a model or tool that was told to stop may take, before the run goes on without it.</summary>
    public TimeSpan StopGrace { get; init; } = TimeSpan.FromMilliseconds(500);

    public Journal.IRunJournal? Journal { get; init; }
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Makes message ids. The default is <c>m1, m2, …</c> within the agent.</summary>
    public Func<string>? NewMessageId { get; init; }
}

public enum QueueMode
{
    OneAtATime,
    All,
}

/// <summary>Places where a host joins in. A throw in a tool hook becomes an error result for that call.</summary>
public sealed record AgentHooks
{
    public static AgentHooks None { get; } = new();

    /// <summary>Changes what the model sees this time; the agent's own context stays as it is.</summary>
    public Func<IReadOnlyList<AgentMessage>, CancellationToken, ValueTask<IReadOnlyList<AgentMessage>>>? TransformContext { get; init; }

    /// <summary>Returns why the call is blocked, or null to let it run. May wait for a person.</summary>
    public Func<Tool, ToolCall, CancellationToken, ValueTask<string?>>? BeforeToolCall { get; init; }

    /// <summary>Replaces the result, or returns it unchanged.</summary>
    public Func<Tool, ToolCall, ToolOutcome, CancellationToken, ValueTask<ToolOutcome>>? AfterToolCall { get; init; }

    /// <summary>Asked after turn_end, before the queues are polled.</summary>
    public Func<AssistantMessage, IReadOnlyList<ToolResultMessage>, bool>? ShouldStopAfterTurn { get; init; }

    /// <summary>Asked before each further turn; what it returns is used from then on.</summary>
    public Func<AgentOptions, CancellationToken, ValueTask<AgentOptions>>? PrepareNextTurn { get; init; }
}

public sealed record ToolOutcome(ToolResult Result, bool IsError);
