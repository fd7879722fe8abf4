using System.Runtime.CompilerServices;
using Muster.Agents.Messages;
using Muster.Agents.Models;

namespace Muster.Agents.Providers;

/// <summary>
/// A model and its fallbacks as one stream. The next one is tried within the same call, when the one before failed
/// transiently or was refused and had said nothing yet; the loop's own retries go round the whole chain.
/// </summary>
internal sealed class ModelChain(IReadOnlyList<ModelChain.Link> links, Action<ModelFallback>? onFallback)
{
    public async IAsyncEnumerable<ModelEvent> Stream(ModelRequest request, [EnumeratorCancellation] CancellationToken abort)
    {
        List<AssistantMessage> failures = [];
        for (var i = 0; i < links.Count; i++)
        {
            var isLast = i == links.Count - 1;
            ModelEvent? held = null;
            ModelEvent.Failed? failed = null;
            await foreach (var step in links[i].Model.Value(request, abort).WithCancellation(abort))
            {
                if (step is ModelEvent.Started)
                {
                    // A start that a failure follows at once must not be seen: another model will start.
                    held = step;
                }
                else if (step is ModelEvent.Failed end && IsSilent(end.Message) && end.Message.StopReason == StopReason.Error)
                {
                    failed = end;
                }
                else
                {
                    if (held is not null)
                    {
                        yield return held;
                        held = null;
                    }

                    yield return step;
                }
            }

            if (failed is null)
            {
                yield break;
            }

            failures.Add(failed.Message);
            if (isLast || !MayFallBack(failed.Message))
            {
                yield return failed with { Message = Combine(failures) };
                yield break;
            }

            onFallback?.Invoke(new ModelFallback(links[i].Name, links[i + 1].Name, failed.Message.ErrorMessage ?? "The model failed."));
        }
    }

    private static bool IsSilent(AssistantMessage message) => message.Content.Count == 0;

    private static bool MayFallBack(AssistantMessage message) =>
        message.Failure?.Kind is ModelFailureKind.Transient or ModelFailureKind.Refused;

    /// <summary>The last failure, with what all of them said; worth another try if any of them is.</summary>
    private static AssistantMessage Combine(List<AssistantMessage> failures)
    {
        var last = failures[^1];
        if (failures.Count == 1)
        {
            return last;
        }

        var transient = failures.Where(failure => failure.Failure?.Kind == ModelFailureKind.Transient).ToList();
        return last with
        {
            ErrorMessage = string.Join(" Then the fallback failed too: ", failures.Select(failure => failure.ErrorMessage)),
            Failure = last.Failure?.Kind == ModelFailureKind.Overflow || transient.Count == 0
                ? last.Failure
                : transient.MinBy(failure => failure.Failure!.RetryAfter ?? TimeSpan.Zero)!.Failure,
        };
    }

    internal sealed record Link(string Name, Lazy<ModelStream> Model);
}
