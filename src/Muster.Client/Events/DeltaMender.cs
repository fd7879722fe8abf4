namespace Muster.Client.Events;

/// <summary>
/// Makes what a reader sees gapless: repeated characters are cut, snapshots and ended messages become the updates that were
/// missed, and a gap is reported so that the connection is opened again.
/// </summary>
internal sealed class DeltaMender
{
    private readonly Dictionary<(string Message, int Index), int> _lengths = [];
    private readonly HashSet<string> _started = [];

    /// <summary>A delta began beyond what is known.</summary>
    public bool LostText { get; private set; }

    public IEnumerable<MusterEvent> Mend(MusterEvent e)
    {
        LostText = false;
        return e switch
        {
            MessageStart start => _started.Add(start.MessageId) ? [start] : [],
            MessageUpdate update => Update(update),
            MessageSnapshot snapshot => Start(snapshot.RunId, snapshot.MessageId, "assistant").Concat(snapshot.Blocks.SelectMany(block =>
                Update(new MessageUpdate(snapshot.RunId, snapshot.MessageId, block.Index, block.Kind, 0, block.Text, block.Name)))),
            MessageEnd end => End(end),
            _ => [e],
        };
    }

    private IEnumerable<MusterEvent> Update(MessageUpdate update)
    {
        var key = (update.MessageId, update.Index);
        var known = _lengths.GetValueOrDefault(key);
        var end = update.Offset + update.Delta.Length;
        if (update.Offset > known)
        {
            LostText = true;
            return [];
        }

        if (end <= known)
        {
            return [];
        }

        _lengths[key] = end;
        return [update with { Offset = known, Delta = update.Delta[(known - update.Offset)..] }];
    }

    private IEnumerable<MusterEvent> Start(string runId, string messageId, string role) =>
        _started.Add(messageId) ? [new MessageStart(runId, messageId, role)] : [];

    private List<MusterEvent> End(MessageEnd end)
    {
        var message = end.Message;
        var missed = message.Role == "assistant"
            ? Start(end.RunId, message.Id, message.Role).Concat(message.Content.SelectMany((part, index) => part.Type is "text" or "thinking"
                ? Update(new MessageUpdate(end.RunId, message.Id, index, part.Type, 0, part.Text ?? "", null))
                : []))
            : [];
        var events = missed.Append(end).ToList();
        _started.Remove(message.Id);
        for (var index = 0; index < message.Content.Count; index++)
        {
            _lengths.Remove((message.Id, index));
        }

        return events;
    }
}
