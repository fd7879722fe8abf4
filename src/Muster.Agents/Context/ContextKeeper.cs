using Muster.Agents.Journal;
using Muster.Agents.Loop;
using Muster.Agents.Messages;

namespace Muster.Agents.Context;

/// <summary>Keeps the context of a run within the model's window.</summary>
internal sealed class ContextKeeper(RunScope scope)
{
    private const string NothingOld = "there is no older part to summarise";

    private bool _failed;

    /// <summary>Before a model call. If it fails the run goes on with the whole context, and does not try again.</summary>
    public async ValueTask AtThresholdAsync()
    {
        var budget = ContextBudget.Of(scope.Options);
        if (_failed || Count(scope.State.Messages) <= budget.Threshold || scope.Signals.Work.IsCancellationRequested)
        {
            return;
        }

        var done = await CompactAsync(CompactionReason.Threshold, scope.State.Messages, budget.KeepRecent);
        _failed = done?.Error is not null && !scope.Signals.Work.IsCancellationRequested;
    }

    /// <summary>After the model refused the context as too long.</summary>
    /// <returns>Why it cannot be helped, or null when the call may be tried again.</returns>
    public async ValueTask<string?> OnOverflowAsync(AssistantMessage failed)
    {
        var context = scope.State.Messages.Where(message => !ReferenceEquals(message, failed)).ToList();
        var done = await CompactAsync(CompactionReason.Overflow, context, KeepOf(context));
        return done is { Error: null }
            ? null
            : $"The conversation is too long for the model, and could not be shortened: {done?.Error ?? NothingOld}. "
                + "Start a new one, or use a model with a larger context.";
    }

    /// <returns>Null when there is nothing to summarise.</returns>
    public Task<AgentEvent.Compacted?> OnRequestAsync() =>
        CompactAsync(CompactionReason.Requested, scope.State.Messages, KeepOf(scope.State.Messages));

    private async Task<AgentEvent.Compacted?> CompactAsync(CompactionReason reason, IReadOnlyList<AgentMessage> context, int keep)
    {
        if (CutPoint.Find(context, keep) is not { } cut)
        {
            return null;
        }

        var before = Count(context);
        AgentEvent.Compacted done;
        try
        {
            var (text, usage) = await new Compaction(scope.Options, scope.Tools).RunAsync(context, cut, scope.Signals.Work);
            var summary = new SummaryMessage
            {
                Id = scope.State.NewMessageId(),
                At = scope.Now,
                Content = [new TextBlock(text)],
                TokensBefore = before,
                Usage = usage,
            };
            IReadOnlyList<AgentMessage> kept = [summary, .. context.Skip(cut.FirstKept)];
            await scope.Journal.AppendAsync(new JournalRecord.ContextCompacted(summary, context[cut.FirstKept].Id));
            scope.State.Replace(kept);
            done = new AgentEvent.Compacted(reason, before, Count(kept), null);
        }
        catch (Exception error) when (error is SummaryException or OperationCanceledException)
        {
            var why = error is OperationCanceledException ? "the summary was stopped" : $"the summary failed: {error.Message}";
            done = new AgentEvent.Compacted(reason, before, before, why);
        }

        await scope.EmitAsync(done);
        return done;
    }

    /// <summary>A window that turned out smaller than its setting, or a wish: then at most half stays.</summary>
    private int KeepOf(IReadOnlyList<AgentMessage> context) =>
        Math.Min(ContextBudget.Of(scope.Options).KeepRecent, context.Sum(TokenEstimate.Of) / 2);

    private int Count(IReadOnlyList<AgentMessage> context) => TokenEstimate.Of(context, TokenEstimate.OfFixed(scope.Options));
}
