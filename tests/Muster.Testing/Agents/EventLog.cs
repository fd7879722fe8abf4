using Muster.Agents.Loop;
using Muster.Agents.Messages;

namespace Muster.Testing.Agents;

/// <summary>Everything an agent said to its watchers, in order; its lines name event and subject.</summary>
public sealed class EventLog
{
    private readonly Lock _gate = new();
    private readonly List<AgentEvent> _events = [];

    public EventLog(Agent agent) => agent.Subscribe((agentEvent, _) =>
    {
        lock (_gate)
        {
            _events.Add(agentEvent);
        }

        return ValueTask.CompletedTask;
    });

    public IReadOnlyList<AgentEvent> Events
    {
        get
        {
            lock (_gate)
            {
                return [.. _events];
            }
        }
    }

    /// <summary>Such as <c>message_end assistant</c> or <c>tool_execution_start a</c>; runs of updates as one line.</summary>
    public IReadOnlyList<string> Lines
    {
        get
        {
            var lines = Events.Select(Line).ToList();
            return [.. lines.Where((line, index) => index == 0 || line != lines[index - 1] || !line.StartsWith("message_update", StringComparison.Ordinal))];
        }
    }

    private static string Line(AgentEvent agentEvent) => agentEvent switch
    {
        AgentEvent.AgentStart => "agent_start",
        AgentEvent.AgentEnd end => $"agent_end {end.Outcome}",
        AgentEvent.TurnStart turn => $"turn_start {turn.Turn}",
        AgentEvent.TurnEnd turn => $"turn_end {turn.Turn}",
        AgentEvent.MessageStart start => $"message_start {Role(start.Message)}",
        AgentEvent.MessageUpdate => "message_update",
        AgentEvent.MessageEnd end => $"message_end {Role(end.Message)}",
        AgentEvent.ToolExecutionStart start => $"tool_execution_start {start.ToolCallId}",
        AgentEvent.ToolExecutionUpdate update => $"tool_execution_update {update.ToolCallId}",
        AgentEvent.ToolExecutionEnd end => $"tool_execution_end {end.ToolCallId}{(end.IsError ? " error" : "")}",
        AgentEvent.Retrying retrying => $"retrying {retrying.Attempt}/{retrying.MaxAttempts} {retrying.Delay.TotalSeconds:0}s",
        AgentEvent.Compacted compacted => $"compacted {compacted.Reason}{(compacted.Error is null ? "" : " failed")}",
        _ => agentEvent.GetType().Name,
    };

    private static string Role(AgentMessage message) => message switch
    {
        UserMessage user => $"user {user.Id}",
        ToolResultMessage result => $"tool_result {result.ToolCallId}",
        AssistantMessage => "assistant",
        _ => "summary",
    };
}
