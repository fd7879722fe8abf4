using System.Runtime.CompilerServices;
using Muster.Agents.Messages;
using Muster.Agents.Models;

namespace Muster.Agents.Providers;

internal static class UsageCount
{
    /// <summary>Reports the usage of one call, also of one that failed or whose reader went away.</summary>
    public static async IAsyncEnumerable<ModelEvent> Watch(
        IAsyncEnumerable<ModelEvent> events, ModelOptions options, Action<ModelUse> report, [EnumeratorCancellation] CancellationToken abort)
    {
        AssistantDraft? draft = null;
        try
        {
            await foreach (var step in events.WithCancellation(abort))
            {
                draft = step.Partial;
                yield return step;
            }
        }
        finally
        {
            if (draft is not null && draft.Usage != Usage.None)
            {
                report(new ModelUse(options.Name, options.Model ?? options.Name, draft.Usage));
            }
        }
    }
}
