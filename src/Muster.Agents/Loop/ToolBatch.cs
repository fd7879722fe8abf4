using Muster.Agents.Journal;
using Muster.Agents.Messages;

namespace Muster.Agents.Loop;

/// <summary>
/// The tool calls of one answer. Every call gets a result, in the order of the answer, whatever stops the batch.
/// Parallel: all are prepared in order, then run together; ends come as they come. Sequential: one after the other.
/// </summary>
internal sealed class ToolBatch(RunScope scope)
{
    private const string Truncated =
        "Not run: the answer hit its length limit, so that these arguments may be cut off. Call again with complete arguments, or in smaller steps.";

    public async Task<ToolBatchResult> RunAsync(AssistantMessage answer, UnfinishedCalls unfinished)
    {
        var calls = answer.ToolCalls.Select(block => new ToolCallRun(scope, block)).ToList();
        if (calls.Count == 0)
        {
            return ToolBatchResult.Empty;
        }

        var rest = await unfinished.RestoreAsync(scope, calls);
        if (answer.StopReason == StopReason.Length)
        {
            await OneByOneAsync(rest, call => new ValueTask<bool>(call.Refuse(Truncated)), calls);
        }
        else if (calls.Any(call => call.IsSequential))
        {
            await OneByOneAsync(rest, PrepareAsync, calls);
        }
        else
        {
            await TogetherAsync(rest);
            await DeliverAsync(calls);
        }

        return new ToolBatchResult([.. calls.Select(call => call.Message!)], calls.All(call => call.Outcome!.Result.Terminate));
    }

    private async Task OneByOneAsync(
        IReadOnlyList<RestoredCall> rest, Func<ToolCallRun, ValueTask<bool>> prepare, IReadOnlyList<ToolCallRun> all)
    {
        await DeliverAsync([.. all.TakeWhile(call => call.Message is not null)]);
        foreach (var (call, isReady) in rest)
        {
            if (isReady || await BeginAsync(call, prepare))
            {
                await scope.Journal.AppendAsync(call.Intent);
                await call.ExecuteAsync();
            }
            else
            {
                await call.EndAsync();
            }

            await DeliverAsync([.. all.TakeWhile(other => other.Message is not null)]);
        }
    }

    private async Task TogetherAsync(IReadOnlyList<RestoredCall> rest)
    {
        var ready = new List<ToolCallRun>(rest.Count);
        foreach (var (call, isReady) in rest)
        {
            if (isReady || await BeginAsync(call, PrepareAsync))
            {
                ready.Add(call);
            }
            else
            {
                await call.EndAsync();
            }
        }

        if (!scope.Signals.Work.IsCancellationRequested)
        {
            await scope.Journal.AppendAsync([.. ready.Select(call => call.Intent)]);
        }

        await Task.WhenAll(ready.Select(call => call.ExecuteAsync()));
    }

    private static async ValueTask<bool> BeginAsync(ToolCallRun call, Func<ToolCallRun, ValueTask<bool>> prepare)
    {
        await call.StartAsync();
        return await prepare(call);
    }

    private ValueTask<bool> PrepareAsync(ToolCallRun call)
    {
        if (!scope.Signals.Work.IsCancellationRequested)
        {
            return call.PrepareAsync();
        }

        call.Skip();
        return new ValueTask<bool>(false);
    }

    private async ValueTask DeliverAsync(IReadOnlyList<ToolCallRun> calls)
    {
        var fresh = calls.Where(call => !call.Delivered).ToList();
        await scope.AddAsync([.. fresh.Select(call => call.Message!)]);
        fresh.ForEach(call => call.MarkDelivered());
    }
}

internal sealed record ToolBatchResult(IReadOnlyList<ToolResultMessage> Results, bool Terminate)
{
    public static ToolBatchResult Empty { get; } = new([], Terminate: true);
}
