using Muster.Agents.Messages;
using Muster.Hub.Fleet.Links;
using Muster.Protocol.Ids;
using Muster.Protocol.Wire;

namespace Muster.Hub.Fleet.PhoneWork;

/// <summary>What one node is working on, and what becomes of it: forwards out, run events in. Calls its two sinks in order, under its lock.</summary>
internal sealed class PhoneWorkRuns(
    PhoneWorkOptions options, TimeProvider time, Func<string> node, Func<PhoneWorkMessage, bool> send, Action<Frame[]> emit)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, PhoneWorkRun> _byForward = new(StringComparer.Ordinal);
    private bool _closed;

    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _byForward.Count;
            }
        }
    }

    /// <summary>False when the link is over and nothing was begun.</summary>
    public bool Begin(Forward forward)
    {
        lock (_gate)
        {
            if (_closed)
            {
                return false;
            }

            var run = new PhoneWorkRun(forward, time.GetUtcNow());
            emit([RunFrames.Start(forward, node(), "phonework"), RunFrames.Turn(forward, "turn_start", 1)]);
            if (_byForward.Count >= options.InFlight)
            {
                emit([RunFrames.End(forward, "failed", $"{node()} already works on {options.InFlight} messages: wait until it has answered some.")]);
            }
            else if (_byForward.TryAdd(run.Current, run))
            {
                Send(run, run.First);
            }

            return true;
        }
    }

    public void Steer(Steer steer)
    {
        lock (_gate)
        {
            if (Find(steer.RunId) is not { } run)
            {
                return; // it ended meanwhile, and says so
            }

            if (run.Waiting.Count < options.Queued)
            {
                run.Waiting.Enqueue(steer);
            }
            else
            {
                End(run, "failed", $"More than {options.Queued} messages wait for {node()}: send fewer, or wait for its answer.");
            }
        }
    }

    /// <summary>False when nobody waits for this answer.</summary>
    public bool Answer(PhoneWorkMessage answer)
    {
        lock (_gate)
        {
            if (!_byForward.Remove(answer.Id ?? "", out var run))
            {
                return false;
            }

            if (!string.IsNullOrEmpty(answer.Error))
            {
                End(run, "failed", answer.Error);
                return true;
            }

            var message = new AssistantMessage
            {
                Id = Id<Message>.New(time).ToString(),
                At = time.GetUtcNow(),
                Model = "phonework",
                StopReason = StopReason.Stop,
                Content = [new TextBlock(answer.Reply ?? "")],
            };
            emit([RunFrames.Message(run.Forward, message), RunFrames.Turn(run.Forward, "turn_end", run.Turn)]);
            if (run.Waiting.Count == 0)
            {
                End(run, "completed");
                return true;
            }

            var next = run.Next(time.GetUtcNow());
            emit([RunFrames.Turn(run.Forward, "turn_start", run.Turn)]);
            if (_byForward.TryAdd(run.Current, run))
            {
                Send(run, next);
            }
            else
            {
                End(run, "failed", $"Two messages for {node()} have the same id: send it again.");
            }

            return true;
        }
    }

    /// <summary>Ends the run here; the node goes on, and its answer will be dropped.</summary>
    public void Stop(Stop stop)
    {
        lock (_gate)
        {
            foreach (var run in _byForward.Values.Where(run =>
                run.Forward.ConversationId == stop.ConversationId && (stop.RunId.Length == 0 || run.Forward.RunId == stop.RunId)).ToList())
            {
                End(run, "aborted", $"{node()} cannot be stopped from here: what it was doing may go on there, and its answer is dropped.");
            }
        }
    }

    public void Expire(DateTimeOffset now)
    {
        lock (_gate)
        {
            foreach (var run in _byForward.Values.Where(run => now - run.Since >= options.ForwardTimeout).ToList())
            {
                End(run, "failed", $"{node()} did not answer within {options.ForwardTimeout.TotalSeconds:0} s. It may still be working; its answer will be dropped.");
            }
        }
    }

    /// <summary>The link is over: nothing is sent again.</summary>
    public void Drop()
    {
        lock (_gate)
        {
            _closed = true;
            foreach (var run in _byForward.Values.ToList())
            {
                End(run, "failed", $"Node {node()} disconnected before it answered; the message was not sent again.");
            }
        }
    }

    private PhoneWorkRun? Find(string runId) => _byForward.Values.FirstOrDefault(run => run.Forward.RunId == runId);

    private void Send(PhoneWorkRun run, PhoneWorkMessage message)
    {
        if (!send(message))
        {
            End(run, "failed", $"Node {node()} does not take messages: try again, or choose another machine.");
        }
    }

    private void End(PhoneWorkRun run, string outcome, string? error = null)
    {
        _byForward.Remove(run.Current);
        emit([RunFrames.End(run.Forward, outcome, error)]);
    }
}
