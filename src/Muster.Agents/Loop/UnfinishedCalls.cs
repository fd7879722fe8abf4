using Muster.Agents.Journal;
using Muster.Agents.Messages;
using Muster.Agents.Tools;

namespace Muster.Agents.Loop;

/// <summary>What a journal holds of the tool calls of the answer at which a crash cut the run off.</summary>
internal sealed class UnfinishedCalls
{
    private readonly Dictionary<string, JournalRecord.ToolStarted> _started = new(StringComparer.Ordinal);
    private readonly Dictionary<string, JournalRecord.ToolFinished> _finished = new(StringComparer.Ordinal);
    private readonly HashSet<string> _delivered = new(StringComparer.Ordinal);

    public static UnfinishedCalls None => new();

    public void Add(JournalRecord.ToolStarted record) => _started[record.ToolCallId] = record;

    public void Add(JournalRecord.ToolFinished record) => _finished[record.ToolCallId] = record;

    public void Add(ToolResultMessage delivered)
    {
        _finished[delivered.ToolCallId] = _finished.TryGetValue(delivered.ToolCallId, out var known)
            ? known
            : new JournalRecord.ToolFinished(delivered.ToolCallId, delivered);
        _delivered.Add(delivered.ToolCallId);
    }

    /// <summary>Gives each call what is known of it, and tells of those that were interrupted.</summary>
    /// <returns>The calls that are still to be run.</returns>
    public async ValueTask<IReadOnlyList<RestoredCall>> RestoreAsync(RunScope scope, IReadOnlyList<ToolCallRun> calls)
    {
        var rest = new List<RestoredCall>(calls.Count);
        foreach (var call in calls)
        {
            if (_finished.TryGetValue(call.Id, out var finished))
            {
                call.Restore(finished.Result, finished.Terminate, _delivered.Contains(call.Id));
            }
            else if (!_started.TryGetValue(call.Id, out var started))
            {
                rest.Add(new RestoredCall(call, IsReady: false));
            }
            else if (started.Replay == Replay.Safe && scope.Tools.Find(started.ToolName)?.Replay == Replay.Safe && !scope.Signals.Aborted)
            {
                call.Take(started.Args);
                rest.Add(new RestoredCall(call, IsReady: true));
            }
            else
            {
                call.Refuse($"The tool \"{started.ToolName}\" was interrupted by a restart of this machine's agent and was not run again. "
                    + "It may have taken effect in part: look before you repeat it.");
                await call.EndAsync(executed: true);
            }
        }

        return rest;
    }
}

/// <param name="IsReady">It was prepared before the crash and may run again as it is.</param>
internal sealed record RestoredCall(ToolCallRun Call, bool IsReady);
