using System.Text.Json;
using Muster.Agents;
using Muster.Agents.Journal;
using Muster.Storage;

namespace Muster.Hub.Chat.Assistant;

/// <summary>The journals of runs on the hub.</summary>
internal static class HubJournalStore
{
    /// <summary>The number of the next record. Read, not counted: one that the store refused leaves no gap.</summary>
    public static long Next(Transaction tx, string run) => tx.Scalar<long>("select coalesce(max(number) + 1, 0) from hub_journal where run_id = @run", new { run });

    public static void Append(Transaction tx, string run, long number, JournalRecord record) => tx.Execute(
        "insert into hub_journal (run_id, number, record) values (@run, @number, @record)",
        new { run, number, record = JsonSerializer.Serialize(record, AgentJson.Default.JournalRecord) });

    public static IReadOnlyList<JournalRecord> Of(Transaction tx, string run) =>
    [
        .. tx.Query<string>("select record from hub_journal where run_id = @run order by number", new { run })
            .Select(record => JsonSerializer.Deserialize(record, AgentJson.Default.JournalRecord)!),
    ];

    /// <summary>What a run did is in its thread; its journal is for one that is not over.</summary>
    public static void Forget(Transaction tx, string run) => tx.Execute("delete from hub_journal where run_id = @run", new { run });
}
