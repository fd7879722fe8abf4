using System.Runtime.CompilerServices;
using Muster.Agents.Models;
using Muster.Agents.Providers.Failures;

namespace Muster.Agents.Providers;

/// <summary>
/// Holds a provider to the contract of <see cref="ModelStream"/>: what it throws becomes a failed answer, an abort an
/// aborted one, and nothing comes after the last event.
/// </summary>
internal static class Guarded
{
    public static async IAsyncEnumerable<ModelEvent> RunAsync(
        IAsyncEnumerable<ModelEvent> events,
        AssistantDraft draft,
        Func<Exception, ModelProblem> explain,
        [EnumeratorCancellation] CancellationToken abort)
    {
        await using var source = events.GetAsyncEnumerator(abort);
        while (true)
        {
            ModelEvent? next;
            try
            {
                next = await source.MoveNextAsync() ? source.Current : null;
            }
            catch (Exception) when (abort.IsCancellationRequested)
            {
                next = draft.Abort();
            }
            catch (Exception exception)
            {
                next = Failure(draft, explain(exception));
            }

            next ??= Failure(draft, explain(new InvalidOperationException("the answer had no end")));
            yield return next;
            if (next is ModelEvent.Done or ModelEvent.Failed)
            {
                yield break;
            }
        }
    }

    private static ModelEvent Failure(AssistantDraft draft, ModelProblem problem) => draft.Fail(problem.Sentence, problem.Failure);
}
