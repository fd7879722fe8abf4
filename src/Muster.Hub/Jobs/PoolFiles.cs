using Muster.Hub.Artifacts;
using Muster.Hub.Jobs.Pool;
using Muster.Protocol.Transfers;
using Muster.Storage;

namespace Muster.Hub.Jobs;

/// <summary>Which files belong to jobs: their inputs from their beginning, outputs and logs from the turn that believes them.</summary>
internal static class PoolFiles
{
    private const int MostShown = 200;

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

    /// <summary>
    /// Results without the files that did not come, before the pool hears of them. One that names as its success what is not there
    /// counts as lost, so that the task is tried elsewhere; a failure stays one.
    /// </summary>
    public static async Task<IReadOnlyList<AttemptsEnded>> CheckAsync(Database database, IReadOnlyList<AttemptsEnded> results, CancellationToken cancel)
    {
        var naming = results.SelectMany(ended => ended.Ends).Where(end => Named(end).Any()).Select(end => end.Name).ToList();
        if (naming.Count == 0)
        {
            return results;
        }

        var brought = await database.ReadAsync(tx => ArtifactReferences.Brought(tx, naming), cancel);
        return [.. results.Select(ended => ended with { Ends = [.. ended.Ends.Select(end => Checked(end, brought))] })];
    }

    private static AttemptEnd Checked(AttemptEnd end, IReadOnlySet<(AttemptName Attempt, ContentHash Hash)> brought)
    {
        bool Came(AttemptOutput file) => file.Sha256.Length == ContentHash.Length && brought.Contains((end.Name, ContentHash.Of(file.Sha256.Span)));
        var missing = Named(end).Where(file => !Came(file)).ToList();
        if (missing.Count == 0)
        {
            return end;
        }

        var there = end with { Outputs = [.. end.Outputs.Where(Came)], Log = end.Log is { } log && missing.Contains(log) ? null : end.Log };
        return end.Outcome != AttemptOutcome.Succeeded ? there : there with
        {
            Outcome = AttemptOutcome.Lost,
            Error = $"Its machine named {(missing.Count == 1 ? "a file" : $"{missing.Count} files")} that did not arrive at the hub: {Shown(missing[0].Path)}.",
        };
    }

    private static string Shown(string path) => path.Length <= MostShown ? path : string.Concat(path.AsSpan(0, MostShown), "…");

    private static IEnumerable<(AttemptName, ContentHash)> Brought(AttemptEnd end) => Named(end).Select(file => (end.Name, ContentHash.Of(file.Sha256.Span)));

    /// <summary>What must have been uploaded: a short log comes with the result.</summary>
    private static IEnumerable<AttemptOutput> Named(AttemptEnd end) =>
        end.Log is { Size: > 0 } log && end.LogText.Length == 0 ? end.Outputs.Append(log) : end.Outputs;
}
