namespace Muster.Agents.Journal;

/// <summary>
/// Where a run writes what it is about to do and what came of it. A seam: in memory for a library user, a database on a node.
/// </summary>
public interface IRunJournal
{
    /// <summary>Returns once the records are durable. Records of one call are kept together or not at all.</summary>
    ValueTask AppendAsync(IReadOnlyList<JournalRecord> records, CancellationToken cancel);
}
