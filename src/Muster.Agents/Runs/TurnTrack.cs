using Muster.Agents.Journal;
using Muster.Agents.Messages;

namespace Muster.Agents.Runs;

/// <summary>Where turns begin and end, read off the records alone, so that a run taken up after a crash says neither twice.</summary>
public sealed class TurnTrack
{
    private int _open;
    private bool _answered;

    public static TurnTrack After(IReadOnlyList<JournalRecord> records)
    {
        var track = new TurnTrack();
        foreach (var record in records)
        {
            _ = track.Before(record);
        }

        return track;
    }

    /// <summary>What is to be said before this record's own events.</summary>
    public IReadOnlyList<(string Name, int Turn)> Before(JournalRecord record)
    {
        var said = new List<(string, int)>();
        switch (record)
        {
            case JournalRecord.ModelCallStarted call when call.Turn != _open:
                Close(said);
                said.Add(("turn_start", call.Turn));
                (_open, _answered) = (call.Turn, false);
                break;
            case JournalRecord.MessageAdded { Message: UserMessage } when _answered:
                Close(said); // It is said in the next turn.
                break;
            case JournalRecord.MessageAdded { Message: AssistantMessage }:
                _answered = true;
                break;
            case JournalRecord.RunFinished:
                Close(said);
                break;
        }

        return said;
    }

    private void Close(List<(string, int)> said)
    {
        if (_open > 0)
        {
            said.Add(("turn_end", _open));
        }

        (_open, _answered) = (0, false);
    }
}
