using Muster.Agents.Context;
using Muster.Agents.Messages;

namespace Muster.Agents.Loop;

/// <summary>Gets the answer of one turn: compacts the context when it is full, and tries again what is worth it.</summary>
internal sealed class Answers(RunScope scope)
{
    private readonly ModelCall _call = new(scope);
    private readonly ContextKeeper _keeper = new(scope);

    public async Task<Answer> GetAsync(int turn, TurnProgress progress)
    {
        var attempt = progress.Attempts;
        var overflowed = progress.Compacted;
        var failed = progress.Failed;
        while (true)
        {
            if (failed is not null)
            {
                if (await HopelessAsync(failed, attempt, overflowed) is { } answer)
                {
                    return answer;
                }

                overflowed |= failed.Failure?.Kind == ModelFailureKind.Overflow;
                scope.Forget(failed);
            }

            await _keeper.AtThresholdAsync();
            if (scope.Signals.Interrupted && !scope.Signals.Aborted)
            {
                await scope.AddAsync(scope.Queues.TakeSteering(scope.Options.SteeringMode, scope.Signals));
            }

            var message = await _call.RunAsync(turn, ++attempt);
            if (message.StopReason != StopReason.Error)
            {
                return new Answer(message, message.ErrorMessage);
            }

            failed = message;
        }
    }

    /// <summary>The end of it, or null when the call may be tried again now.</summary>
    private async Task<Answer?> HopelessAsync(AssistantMessage failed, int attempt, bool overflowed)
    {
        if (failed.Failure?.Kind == ModelFailureKind.Overflow)
        {
            var problem = overflowed
                ? "The conversation is still too long for the model after it was summarised. Start a new one, or use a model with a larger context."
                : await _keeper.OnOverflowAsync(failed);
            return problem is null ? null : new Answer(failed, problem);
        }

        var delays = scope.Options.RetryDelays;
        if (RetryPolicy.DelayAfter(failed, attempt, delays) is not { } delay)
        {
            return new Answer(failed, Explain(failed));
        }

        await scope.EmitAsync(new AgentEvent.Retrying(attempt, delays.Count, delay, failed.ErrorMessage ?? "The model call failed."));
        var stop = scope.Signals.Work;
        await Task.Delay(delay, scope.Options.Time, stop).ContinueWith(
            _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        return stop.IsCancellationRequested ? new Answer(failed, failed.ErrorMessage) : null;
    }

    private static string? Explain(AssistantMessage failed) =>
        failed.Failure?.RetryAfter is { } wait && wait > RetryPolicy.LongestWait
            ? $"{failed.ErrorMessage} The model's server asks to wait {wait.TotalSeconds:0} s; try again then, or use another model."
            : failed.ErrorMessage;
}

/// <param name="Error">Why the run fails, if the message is a failure.</param>
internal sealed record Answer(AssistantMessage Message, string? Error);

/// <summary>How far a turn got before a crash.</summary>
/// <param name="Attempts">Model calls made.</param>
/// <param name="Compacted">The context was compacted for an overflow.</param>
/// <param name="Failed">The last answer, if it was a failure.</param>
internal sealed record TurnProgress(int Attempts = 0, bool Compacted = false, AssistantMessage? Failed = null)
{
    public static TurnProgress New { get; } = new();
}
