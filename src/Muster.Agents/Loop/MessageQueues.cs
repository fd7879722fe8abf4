using Muster.Agents.Messages;

namespace Muster.Agents.Loop;

/// <summary>What waits to be said to the model. Outlives runs.</summary>
internal sealed class MessageQueues
{
    private readonly Lock _gate = new();
    private readonly List<UserMessage> _interrupts = [];
    private readonly List<UserMessage> _steering = [];
    private readonly List<UserMessage> _followUps = [];

    public bool Any
    {
        get
        {
            lock (_gate)
            {
                return _interrupts.Count + _steering.Count + _followUps.Count > 0;
            }
        }
    }

    public bool HasSteering
    {
        get
        {
            lock (_gate)
            {
                return _interrupts.Count + _steering.Count > 0;
            }
        }
    }

    public void AddSteering(UserMessage message) => Add(_steering, message);

    public void AddFollowUp(UserMessage message) => Add(_followUps, message);

    /// <param name="signal">Told within the same step, so that it cannot reach the turn after the message.</param>
    public void AddInterrupt(UserMessage message, RunSignals? signal)
    {
        lock (_gate)
        {
            _interrupts.Add(message);
            signal?.RequestInterrupt();
        }
    }

    /// <summary>Interrupts first and all of them, else steering by its mode.</summary>
    public IReadOnlyList<UserMessage> TakeSteering(QueueMode mode, RunSignals? signal)
    {
        lock (_gate)
        {
            signal?.ClearInterrupt();
            return _interrupts.Count > 0 ? Take(_interrupts, QueueMode.All) : Take(_steering, mode);
        }
    }

    public IReadOnlyList<UserMessage> TakeFollowUps(QueueMode mode)
    {
        lock (_gate)
        {
            return Take(_followUps, mode);
        }
    }

    public IReadOnlyList<UserMessage> TakeAll()
    {
        lock (_gate)
        {
            return [.. Take(_interrupts, QueueMode.All), .. Take(_steering, QueueMode.All), .. Take(_followUps, QueueMode.All)];
        }
    }

    public IReadOnlyList<Journal.JournalRecord> ToRecords()
    {
        lock (_gate)
        {
            return
            [
                .. _interrupts.Concat(_steering).Select(message => new Journal.JournalRecord.Queued(Journal.QueueKind.Steering, message)),
                .. _followUps.Select(message => new Journal.JournalRecord.Queued(Journal.QueueKind.FollowUp, message)),
            ];
        }
    }

    private void Add(List<UserMessage> queue, UserMessage message)
    {
        lock (_gate)
        {
            queue.Add(message);
        }
    }

    private static List<UserMessage> Take(List<UserMessage> queue, QueueMode mode)
    {
        var count = mode == QueueMode.All ? queue.Count : Math.Min(1, queue.Count);
        var taken = queue.GetRange(0, count);
        queue.RemoveRange(0, count);
        return taken;
    }
}
