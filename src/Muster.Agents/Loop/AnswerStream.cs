using Muster.Agents.Messages;
using Muster.Agents.Models;

namespace Muster.Agents.Loop;

/// <summary>
/// Reads one answer of a model that may break its contract: a stream that throws, ends early or ignores an abort still
/// ends with one final event.
/// </summary>
internal sealed class AnswerStream(AgentOptions options, ModelRequest request, CancellationToken stop)
{
    private AssistantDraft _draft = new("", options.ModelName, options.Time.GetUtcNow());
    private IAsyncEnumerator<ModelEvent>? _events;
    private bool _abandoned;

    /// <summary>The next event; the last is <see cref="ModelEvent.Done"/> or <see cref="ModelEvent.Failed"/>.</summary>
    public async ValueTask<ModelEvent> NextAsync()
    {
        try
        {
            _events ??= options.Model(request, stop).GetAsyncEnumerator(stop);
            if (!await MoveAsync(_events))
            {
                return End("The model's answer ended before it was complete.", ModelFailureKind.Transient);
            }

            _draft = _events.Current.Partial;
            return _events.Current;
        }
        catch (Exception error)
        {
            return error is OperationCanceledException && stop.IsCancellationRequested
                ? _draft.Abort()
                : End($"The model call failed: {error.Message}", KindOf(error));
        }
    }

    /// <summary>Lets go of the stream. What it throws on its way out changes nothing about the answer.</summary>
    public async ValueTask CloseAsync()
    {
        if (_events is null || _abandoned)
        {
            return;
        }

        try
        {
            var closing = _events.DisposeAsync().AsTask();
            await Patience.WaitAsync(closing, options.Time, options.StopGrace, stop);
        }
        catch (Exception) when (_events is not null)
        {
            _abandoned = true;
        }
    }

    private async ValueTask<bool> MoveAsync(IAsyncEnumerator<ModelEvent> events)
    {
        var move = events.MoveNextAsync();
        if (move.IsCompleted)
        {
            return await move;
        }

        var moving = move.AsTask();
        if (await Patience.WaitAsync(moving, options.Time, options.StopGrace, stop))
        {
            return await moving;
        }

        _abandoned = true;
        throw new OperationCanceledException(stop);
    }

    private ModelEvent End(string error, ModelFailureKind kind) =>
        stop.IsCancellationRequested ? _draft.Abort() : _draft.Fail(error, new ModelFailure(kind));

    private static ModelFailureKind KindOf(Exception error) =>
        error is HttpRequestException or IOException or TimeoutException or OperationCanceledException
            ? ModelFailureKind.Transient
            : ModelFailureKind.Invalid;
}
