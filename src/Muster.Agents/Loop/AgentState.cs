using Muster.Agents.Messages;

namespace Muster.Agents.Loop;

/// <summary>An agent's context and the ids in use. Only a run changes it; anyone may read.</summary>
internal sealed class AgentState
{
    private readonly Lock _gate = new();
    private readonly HashSet<string> _callIds = new(StringComparer.Ordinal);
    private readonly HashSet<string> _messageIds = new(StringComparer.Ordinal);
    private readonly Func<string>? _newId;
    private AgentMessage[] _messages = [];
    private int _lastId;

    public AgentState(IReadOnlyList<AgentMessage> context, Func<string>? newId)
    {
        _newId = newId;
        Replace(context);
    }

    /// <summary>The context as it stands; the array never changes.</summary>
    public IReadOnlyList<AgentMessage> Messages
    {
        get
        {
            lock (_gate)
            {
                return _messages;
            }
        }
    }

    public void Add(params IReadOnlyList<AgentMessage> messages)
    {
        lock (_gate)
        {
            _messages = [.. _messages, .. messages];
            Remember(messages);
        }
    }

    public void Replace(IReadOnlyList<AgentMessage> messages)
    {
        lock (_gate)
        {
            _messages = [.. messages];
            Remember(messages);
        }
    }

    public void Remove(AgentMessage message)
    {
        lock (_gate)
        {
            _messages = [.. _messages.Where(other => !ReferenceEquals(other, message))];
        }
    }

    /// <summary>Ids that may not be given out again, though their messages are not in the context.</summary>
    public void Remember(IEnumerable<AgentMessage> messages)
    {
        lock (_gate)
        {
            foreach (var message in messages)
            {
                _messageIds.Add(message.Id);
                foreach (var call in (message as AssistantMessage)?.ToolCalls ?? [])
                {
                    _callIds.Add(call.Id);
                }
            }
        }
    }

    public string NewMessageId()
    {
        if (_newId is not null)
        {
            return _newId();
        }

        lock (_gate)
        {
            string id;
            do
            {
                id = $"m{++_lastId}";
            }
            while (!_messageIds.Add(id));
            return id;
        }
    }

    /// <summary>Some models leave call ids out or count from zero in every answer; results and journals need them unique.</summary>
    public AssistantMessage WithUniqueCallIds(AssistantMessage message)
    {
        lock (_gate)
        {
            var taken = new HashSet<string>(_callIds, StringComparer.Ordinal);
            return message.ToolCalls.All(call => call.Id.Length > 0 && taken.Add(call.Id))
                ? message
                : message with { Content = [.. message.Content.Select(block => block is ToolCallBlock call ? Rename(call, message.Id) : block)] };
        }
    }

    private ToolCallBlock Rename(ToolCallBlock call, string messageId)
    {
        var stem = call.Id.Length > 0 ? call.Id : "call";
        var id = call.Id;
        for (var number = 1; id.Length == 0 || !_callIds.Add(id); number++)
        {
            id = number == 1 ? $"{stem}_{messageId}" : $"{stem}_{messageId}_{number}";
        }

        return call with { Id = id };
    }
}
