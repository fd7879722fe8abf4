namespace Muster.Agents.Journal;

/// <summary>Keeps a run's records in memory: for a library user who needs no restart, and for tests.</summary>
public sealed class InMemoryJournal : IRunJournal
{
    private readonly Lock _gate = new();
    private readonly List<JournalRecord> _records = [];

    /// <summary>All records so far, oldest first; a snapshot.</summary>
    public IReadOnlyList<JournalRecord> Records
    {
        get
        {
            lock (_gate)
            {
                return [.. _records];
            }
        }
    }

    public ValueTask AppendAsync(IReadOnlyList<JournalRecord> records, CancellationToken cancel)
    {
        lock (_gate)
        {
            _records.AddRange(records);
        }

        return ValueTask.CompletedTask;
    }
}
