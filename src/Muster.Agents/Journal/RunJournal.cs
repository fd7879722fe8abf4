using System.Diagnostics.CodeAnalysis;

namespace Muster.Agents.Journal;

/// <summary>
/// The one writer of a run's records. What is queued and what ends the run go through the same gate, so that a message
/// that was accepted while the run works is either delivered by it or still queued after it, and never lost in between.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "A semaphore without a wait handle holds nothing; late callers may still use it.")]
internal sealed class RunJournal(IRunJournal? inner)
{
    private readonly Lock _posting = new();
    private readonly SemaphoreSlim _gate = new(0, 1);
    private Task _posted = Task.CompletedTask;
    private bool _finished;

    /// <summary>Writes what comes before all else; what was queued meanwhile waits for it.</summary>
    public async ValueTask OpenAsync(IReadOnlyList<JournalRecord> first)
    {
        _finished = true;
        try
        {
            if (inner is not null && first.Count > 0)
            {
                await inner.AppendAsync(first, CancellationToken.None);
            }

            _finished = false;
        }
        finally
        {
            _gate.Release();
        }
    }

    public ValueTask AppendAsync(params IReadOnlyList<JournalRecord> records) =>
        inner is null || records.Count == 0 ? ValueTask.CompletedTask : AppendLockedAsync(records);

    /// <summary>Starts a write that <see cref="FinishAsync"/> waits for: for callers that cannot wait themselves.</summary>
    public void Post(JournalRecord record)
    {
        if (inner is null)
        {
            return;
        }

        lock (_posting)
        {
            _posted = Task.WhenAll(_posted, AppendLockedAsync([record]).AsTask());
        }
    }

    /// <summary>Journals a queued message while the run is open, and makes it visible in the same step.</summary>
    public async ValueTask EnqueueAsync(JournalRecord.Queued record, Action enqueue)
    {
        await _gate.WaitAsync();
        try
        {
            if (inner is not null && !_finished)
            {
                await inner.AppendAsync([record], CancellationToken.None);
            }

            enqueue();
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Ends the journal, unless <paramref name="mayFinish"/> says that there is something left to do.</summary>
    public async ValueTask<bool> FinishAsync(JournalRecord.RunFinished record, Func<bool> mayFinish)
    {
        await _posted;
        await _gate.WaitAsync();
        try
        {
            if (!mayFinish())
            {
                return false;
            }

            if (inner is not null && !_finished)
            {
                await inner.AppendAsync([record], CancellationToken.None);
            }

            _finished = true;
            return true;
        }
        finally
        {
            _gate.Release();
        }
    }

    private async ValueTask AppendLockedAsync(IReadOnlyList<JournalRecord> records)
    {
        await _gate.WaitAsync();
        try
        {
            if (!_finished)
            {
                await inner!.AppendAsync(records, CancellationToken.None);
            }
        }
        finally
        {
            _gate.Release();
        }
    }
}
