using Muster.Hub.Artifacts;
using Muster.Hub.Jobs.Pool;
using Muster.Protocol.Transfers;
using Muster.Storage;

namespace Muster.Hub.Jobs;

/// <summary>Which files belong to jobs: their inputs from their beginning, outputs and logs from the turn that believes them.</summary>
internal static class PoolFiles
{
    public static void Write(Transaction tx, PoolEffects effects, long now)
    {
        foreach (var job in effects.NewJobs)
        {
            var inputs = InputsOf(job.Plan);
            if (inputs.Count > 0)
            {
                ArtifactReferences.Add(tx, ArtifactHolder.Of(job.Number), inputs, now);
            }
        }

        var brought = effects.Ends.SelectMany(Brought).ToList();
        if (brought.Count > 0)
        {
            ArtifactReferences.AddOutputs(tx, brought, now);
        }
    }

    /// <summary>Everything that the steps of a plan are given from outside.</summary>
    public static IReadOnlyList<ContentHash> InputsOf(JobPlan plan) =>
    [
        .. plan.Steps.SelectMany(step => step.Inputs)
            .SelectMany(input => (input.Each ?? []).Select(file => file.Sha256).Append(input.Sha256))
            .OfType<string>().Distinct(StringComparer.Ordinal).Select(ContentHash.Parse),
    ];

    private static IEnumerable<(AttemptName, ContentHash)> Brought(AttemptEnd end)
    {
        foreach (var output in end.Outputs)
        {
            yield return (end.Name, ContentHash.Of(output.Sha256.Span));
        }

        if (end.Log is { Size: > 0 } log && end.LogText.Length == 0)
        {
            yield return (end.Name, ContentHash.Of(log.Sha256.Span));
        }
    }
}
