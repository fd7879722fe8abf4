using System.Runtime.CompilerServices;
using Muster.Agents.Messages;
using Muster.Agents.Models;

namespace Muster.Testing.Models;

/// <summary>One answer of a <see cref="ScriptedModel"/>, written step by step. It ends with done, unless a step says otherwise.</summary>
public sealed class ScriptedAnswer
{
    private readonly List<Func<AssistantDraft, CancellationToken, IAsyncEnumerable<ModelEvent>>> _steps = [];
    private Func<AssistantDraft, ModelEvent>? _end;
    private StopReason? _stop;
    private Usage _usage = Usage.None;
    private int _calls;
    private bool _silent;

    public ScriptedAnswer Text(params string[] pieces) => Block(BlockKind.Text, pieces, null, null, null);

    public ScriptedAnswer Thinking(string text, string? signature = null) => Block(BlockKind.Thinking, [text], null, null, signature);

    /// <param name="id">The call's id; <c>call_1, call_2, …</c> within the answer when left out.</param>
    public ScriptedAnswer Call(string tool, string argumentsJson = "{}", string? id = null) =>
        Block(BlockKind.ToolCall, [argumentsJson], id ?? $"call_{++_calls}", tool, null);

    public ScriptedAnswer Uses(long input, long output)
    {
        _usage = new Usage(input, output);
        return this;
    }

    /// <summary>Ends with this reason: length, for an answer that was cut.</summary>
    public ScriptedAnswer Stops(StopReason reason)
    {
        _stop = reason;
        return this;
    }

    public ScriptedAnswer Fail(string error, ModelFailureKind kind = ModelFailureKind.Transient, TimeSpan? retryAfter = null)
    {
        _end = draft => draft.Fail(error, new ModelFailure(kind, null, retryAfter));
        return this;
    }

    /// <summary>Fails before its start event, as a refused connection does.</summary>
    public ScriptedAnswer WithoutStart()
    {
        _silent = true;
        return this;
    }

    /// <summary>Breaks the contract: throws from the stream.</summary>
    public ScriptedAnswer Throws(Exception exception)
    {
        _end = _ => throw exception;
        return this;
    }

    /// <summary>Waits for a test's signal. An abort ends the answer as aborted.</summary>
    public ScriptedAnswer WaitFor(Task signal) => Step((_, abort) => WaitAsync(signal, abort));

    /// <summary>Waits for a test's signal and does not listen to an abort.</summary>
    public ScriptedAnswer WaitDeafFor(Task signal) => Step((_, _) => WaitAsync(signal, CancellationToken.None));

    /// <summary>Runs when the answer gets here: to steer, abort or look around in the middle of it.</summary>
    public ScriptedAnswer Do(Func<ValueTask> action) => Step((_, _) => RunAsync(action));

    internal async IAsyncEnumerable<ModelEvent> PlayAsync(AssistantDraft draft, [EnumeratorCancellation] CancellationToken abort)
    {
        if (!_silent)
        {
            yield return draft.Start();
        }

        foreach (var step in _steps)
        {
            await using var events = step(draft, abort).GetAsyncEnumerator(CancellationToken.None);
            while (!abort.IsCancellationRequested && await NextAsync(events, abort))
            {
                yield return events.Current;
            }

            if (abort.IsCancellationRequested)
            {
                yield return draft.Abort();
                yield break;
            }
        }

        draft.Usage = _usage;
        yield return _end is not null ? _end(draft) : draft.Finish(_stop ?? Reason(draft));
    }

    private static async ValueTask<bool> NextAsync(IAsyncEnumerator<ModelEvent> events, CancellationToken abort)
    {
        try
        {
            return await events.MoveNextAsync();
        }
        catch (OperationCanceledException) when (abort.IsCancellationRequested)
        {
            return false;
        }
    }

    private static StopReason Reason(AssistantDraft draft) =>
        draft.Snapshot().ToolCalls.Any() ? StopReason.ToolUse : StopReason.Stop;

    private ScriptedAnswer Block(BlockKind kind, string[] pieces, string? id, string? tool, string? signature) =>
        Step((draft, _) => BlockAsync(draft, kind, pieces, id, tool, signature));

    private ScriptedAnswer Step(Func<AssistantDraft, CancellationToken, IAsyncEnumerable<ModelEvent>> step)
    {
        _steps.Add(step);
        return this;
    }

    private static async IAsyncEnumerable<ModelEvent> BlockAsync(
        AssistantDraft draft, BlockKind kind, string[] pieces, string? id, string? tool, string? signature)
    {
        var opened = (ModelEvent.BlockStarted)draft.Open(kind, id, tool);
        yield return opened;
        foreach (var piece in pieces)
        {
            yield return draft.Append(opened.Index, piece);
        }

        yield return draft.Close(opened.Index, signature);
        await ValueTask.CompletedTask;
    }

    private static async IAsyncEnumerable<ModelEvent> WaitAsync(Task signal, [EnumeratorCancellation] CancellationToken abort)
    {
        await signal.WaitAsync(abort);
        yield break;
    }

    private static async IAsyncEnumerable<ModelEvent> RunAsync(Func<ValueTask> action)
    {
        await action();
        yield break;
    }
}
