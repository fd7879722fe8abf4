using Muster.Hub.Jobs;
using Muster.Hub.Jobs.Pool;
using Muster.Hub.Jobs.Store;
using Muster.Protocol.Ids;
using Muster.Protocol.Jobs;
using Muster.Protocol.Transfers;
using Muster.Storage;
using InputFile = Muster.Protocol.Transfers.InputFile;

namespace Muster.Hub.Artifacts.Nodes;

/// <summary>Reads leases from the pool's state, and the files of attempts from what the store keeps of their jobs.</summary>
internal sealed class PoolLeases(PoolLoop loop, Database database)
{
    private const int MostTasks = 1_000_000;

    public LeaseBook Book => new(HoldsAsync, InputsAsync);

    private Task<bool> HoldsAsync(Id<Node> node, AttemptName name, CancellationToken cancel) => loop.AskAsync(
        (state, _) => state.Jobs.GetValueOrDefault(name.Job)?.Live.GetValueOrDefault(name.Task)?.Find(name.Attempt) is { Current: true } attempt
            && attempt.State.IsOpen() && attempt.Node.Id == node,
        cancel);

    private Task<IReadOnlyList<InputFile>> InputsAsync(AttemptName name, CancellationToken cancel) => database.ReadAsync<IReadOnlyList<InputFile>>(
        tx => PoolStore.Plan(tx, name.Job) is { } plan ? [.. InputsOf(tx, plan, name)] : [], cancel);

    private static IEnumerable<InputFile> InputsOf(Transaction tx, JobPlan plan, AttemptName name)
    {
        var (step, first) = Jobs.Views.JobViews.StepOf(plan, name.Task);
        foreach (var asked in step.Inputs)
        {
            var input = asked with { Path = Placeholders.Fill(asked.Path, step.FirstIndex + name.Task - first, step.Count) };
            if (input.Sha256 is { } sha256)
            {
                yield return Sized(tx, input.Path, sha256, input.Size);
            }

            if (input.Each is { } each)
            {
                yield return Sized(tx, input.Path, each[name.Task - first].Sha256, each[name.Task - first].Size);
            }

            foreach (var output in input.FromStep is { } from ? OutputsOf(tx, plan, name.Job, from) : (IEnumerable<InputFile>)[])
            {
                yield return output with { Path = input.Path.TrimEnd('/') + "/" + output.Path };
            }
        }
    }

    /// <summary>Who names an artifact by its hash alone need not know how long it is.</summary>
    private static InputFile Sized(Transaction tx, string path, string sha256, long size) =>
        new(path, sha256, size > 0 ? size : ArtifactRows.Find(tx, ContentHash.Parse(sha256))?.Size ?? 0);

    /// <summary>What the tasks of a step gave; of two files with one path the one of the higher task.</summary>
    private static Dictionary<string, InputFile>.ValueCollection OutputsOf(Transaction tx, JobPlan plan, long job, int step)
    {
        var first = plan.Steps.Take(step).Sum(before => before.Count);
        var files = new Dictionary<string, InputFile>(StringComparer.Ordinal);
        foreach (var task in PoolStore.Tasks(tx, job, first, MostTasks).Where(task => task.Index < first + plan.Steps[step].Count))
        {
            var detail = TaskDetail.Parser.ParseFrom(task.Detail);
            foreach (var output in detail.Attempts.FirstOrDefault(attempt => attempt.Number == detail.Winner)?.End?.Outputs ?? [])
            {
                files[output.Path] = new InputFile(output.Path, ContentHash.Of(output.Sha256.Span).ToString(), output.Size);
            }
        }

        return files.Values;
    }
}
