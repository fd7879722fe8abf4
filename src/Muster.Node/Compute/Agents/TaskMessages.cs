using System.Text;
using Muster.Agents.Loop;
using Muster.Agents.Messages;
using Muster.Agents.Runs;
using Muster.Node.Sandbox.Tasks;
using Muster.Protocol.Wire;

namespace Muster.Node.Compute.Agents;

/// <summary>What people say to the agent of one attempt: each message reaches it once, and what it did not take up before its end is known.</summary>
internal sealed class TaskMessages(TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly List<AttemptMessage> _said = [];
    private readonly HashSet<string> _heard = new(StringComparer.Ordinal);
    private readonly List<Task> _onTheWay = [];
    private Agent? _agent;
    private bool _over;

    /// <summary>Ids of what the agent took up.</summary>
    public IReadOnlyList<string> Heard
    {
        get
        {
            lock (_gate)
            {
                return [.. _said.Select(message => message.Id).Where(_heard.Contains)];
            }
        }
    }

    /// <summary>All that was said up to now: what is known already is left out, and what comes after the end is not heard.</summary>
    public void Add(IEnumerable<AttemptMessage> messages)
    {
        lock (_gate)
        {
            foreach (var message in _over ? [] : messages.Where(message => !_said.Any(known => known.Id == message.Id)).ToList())
            {
                _said.Add(message);
                if (_agent is { } agent)
                {
                    _onTheWay.Add(SendAsync(agent, message));
                }
            }
        }
    }

    /// <summary>Runs the agent until it has nothing left to do and has taken up all that was said.</summary>
    public async Task<AgentEvent.AgentEnd> RunAsync(Agent agent, UserMessage prompt, ISandboxOutput log, CancellationToken abort)
    {
        using var listening = agent.Subscribe((told, _) =>
        {
            if (told is AgentEvent.MessageEnd { Message: UserMessage taken })
            {
                Take(taken.Id, log);
            }

            return ValueTask.CompletedTask;
        });
        var end = await agent.PromptAsync([prompt, .. Begin(agent)], abort);
        while (end.Outcome == RunOutcome.Completed && await IsLeftAsync(agent))
        {
            var more = await agent.ContinueAsync(abort);
            end = more with { Messages = [.. end.Messages, .. more.Messages] };
        }

        End();
        return end;
    }

    private async Task SendAsync(Agent agent, AttemptMessage message)
    {
        if (message.Interrupt)
        {
            await agent.InterruptAsync(Of(message));
        }
        else
        {
            await agent.SteerAsync(Of(message));
        }
    }

    private IReadOnlyList<UserMessage> Begin(Agent agent)
    {
        lock (_gate)
        {
            _agent = agent;
            return [.. _said.Select(Of)];
        }
    }

    /// <summary>Something came while the agent's last answer was made. When nothing did, nothing more is taken.</summary>
    private async Task<bool> IsLeftAsync(Agent agent)
    {
        while (true)
        {
            List<Task> sent;
            lock (_gate)
            {
                if (_said.Count == _heard.Count)
                {
                    _over = true;
                    return false;
                }

                sent = [.. _onTheWay];
                _onTheWay.Clear();
            }

            await Task.WhenAll(sent);
            if (agent.HasQueued || sent.Count == 0)
            {
                return agent.HasQueued;
            }
        }
    }

    private void End()
    {
        lock (_gate)
        {
            (_agent, _over) = (null, true);
        }
    }

    private void Take(string id, ISandboxOutput log)
    {
        AttemptMessage? message;
        lock (_gate)
        {
            message = _said.Find(said => said.Id == id && _heard.Add(id));
        }

        if (message is not null)
        {
            log.Write(stderr: false, Encoding.UTF8.GetBytes($"← {message.By}: {message.Text}\n"));
        }
    }

    private UserMessage Of(AttemptMessage message) => new() { Id = message.Id, At = time.GetUtcNow(), Content = [new TextBlock(message.Text)] };
}
