using Muster.Hub.Jobs.Placement;
using Muster.Hub.Jobs.Pool;
using Muster.Hub.Jobs.Pool.Rules;
using Muster.Hub.Jobs.Views;
using Muster.Protocol.Ids;

namespace Muster.Hub.Jobs;

/// <summary>Says in words why a task waits or where it went: per node the first thing that says no, or its scores. On the pool's loop.</summary>
internal static class Why
{
    private const int MostNodes = 200;

    public static WhyModel Of(PoolState state, Id<Job> id, int? index, long now)
    {
        if (state.Find(id) is not { } job)
        {
            return new WhyModel("It is over: nothing waits any more.", [], []);
        }

        var step = index is { } at ? job.StepOf(at) : job.Steps.FirstOrDefault(step => step.HasReady) ?? job.Steps.FirstOrDefault(step => step.Unfinished > 0) ?? job.Steps[0];
        var task = index is { } number ? job.Live.GetValueOrDefault(number) : step.NextAgain;
        var facts = Facts(state, step, index, task, now).ToList();
        return new WhyModel(facts[0], facts.Skip(1).ToList(), Nodes(state, step.Needs, step, task));
    }

    /// <summary>Where the steps of a plan could run now.</summary>
    public static IReadOnlyList<StepPreview> Preview(PoolState state, Id<User> owner, JobPlan plan)
    {
        var job = new PoolJob(0, new JobSubmission(default, owner, plan, 0, null), new PoolOwner(owner), 0);
        return
        [
            .. job.Steps.Take(100).Select(step =>
            {
                var needs = new NeedsClass(0, NeedsKey.Of(job, step.Plan), step.Plan.Needs, job.Owner, step.Plan);
                return new StepPreview(step.Plan.Id, step.Count, Nodes(state, needs, step, null), TooFew(state, needs, step));
            }),
        ];
    }

    private static IEnumerable<string> Facts(PoolState state, PoolStep step, int? index, PoolTask? task, long now)
    {
        var job = step.Job;
        if (job.State.IsFinal())
        {
            yield return $"The job is {JobViews.Word(job.State)}{(job.Reason is { } why ? $": {why}" : ".")}";
        }
        else if (job.Paused)
        {
            yield return $"The job is paused: {job.Reason}";
        }
        else if (step.Skipped)
        {
            yield return $"{step.Plan.Id} is skipped, because something before it went wrong.";
        }
        else if ((task ?? step.Job.Live.Values.FirstOrDefault(other => index is null && other.Step == step && other.State == TaskState.Paused)) is { State: TaskState.Paused, Reason: { } awaited })
        {
            yield return awaited;
        }
        else if (index is null && !step.HasReady && step.WaitsFor == 0 && Running(step) is { Count: > 0 } running)
        {
            yield return $"Nothing of {step.Plan.Id} waits: it runs on {string.Join(", ", running.Take(5))}{(running.Count > 5 ? $" and {running.Count - 5} more" : "")}.";
        }
        else if (task is { State: TaskState.Leased or TaskState.Running } && task.Attempts[^1] is var attempt)
        {
            yield return $"It runs on {attempt.Node.Terms.Name} since {(now - attempt.LeasedAt) / 1000.0:0.#} s (attempt {attempt.Number}).";
        }
        else if (step.WaitsFor > 0)
        {
            var waits = step.Plan.After.Where(before => job.Steps[before].Unfinished > 0).Select(before => $"{job.Steps[before].Plan.Id} ({job.Steps[before].Unfinished} left)");
            yield return $"{step.Plan.Id} waits for {string.Join(", ", waits)}.";
        }
        else if (task is not null && task.NotBefore > now)
        {
            yield return $"It is tried again in {(task.NotBefore - now) / 1000.0:0.#} s, after {Math.Max(task.Failures, task.Losses)} tries.";
        }
        else if (step.Plan.Gang && step.GangNotBefore > now)
        {
            yield return $"All its hosts are tried again together in {(step.GangNotBefore - now) / 1000.0:0.#} s.";
        }
        else if (AttemptRules.Awaited(task ?? new PoolTask(step, 0)) is { } lost)
        {
            yield return $"It waits for {lost.Node.Terms.Name} to come back, as it may not run twice.";
        }
        else
        {
            yield return Waiting(state, step, task);
        }

        if (task?.Attempts.LastOrDefault(before => before.End is not null)?.End is { } end && task.State == TaskState.Ready)
        {
            yield return $"Its last try: {Reasons.Of(end)}";
        }
    }

    private static string Waiting(PoolState state, PoolStep step, PoolTask? task)
    {
        var able = Able(state, step.Needs).ToList();
        var open = able.Where(node => node.Terms.Closed is null).ToList();
        var allowed = open.Count(node => task is null || Chooser.Refuse(task, node) is null);
        var ahead = state.Ready.Classes.Any(needs => needs.Head is not null && needs != step.Needs && needs.Key.Priority > step.Needs.Key.Priority);
        return able.Count == 0 ? "No machine that is online can take it." + (step.Plan.Gang ? $" It needs {step.Count} at once." : "")
            : TooFew(state, step.Needs, step) is { } few ? few
            : open.Count == 0 ? able.Count == 1 ? $"1 machine could take it, and takes no work now: {able[0].Terms.Closed}." : $"{able.Count} machines could take it, and none of them takes work now."
            : allowed == 0 ? "No machine may take it that is online: on each it has run already, or failed before."
            : ahead ? $"{Machines(open.Count)} could take it, and work of a higher priority is before it."
            : $"{Machines(open.Count)} could take it, and {(open.Count == 1 ? "it is" : "all are")} busy: it is next as soon as one has room.";
    }

    private static IEnumerable<PoolNode> Able(PoolState state, NeedsClass needs) => state.Nodes.Values.Where(node => node.Online && PlacementFilters.Meets(node, needs));

    /// <summary>That a step needs more machines than could take it, however long it waits.</summary>
    private static string? TooFew(PoolState state, NeedsClass needs, PoolStep step)
    {
        var able = Able(state, needs).ToList();
        // Copies on two machines of one person prove nothing to anybody else; one's own may all be asked.
        var voices = able.Count(node => node.Terms.Owner == needs.Owner.Id) + able.Where(node => node.Terms.Owner != needs.Owner.Id).Select(node => node.Terms.Owner).Distinct().Count();
        return step.Plan.Gang && able.Count < step.Count ? $"It needs {step.Count} machines at once, and {able.Count} that {(able.Count == 1 ? "is" : "are")} online could take it."
            : step.Plan.Copies > Math.Max(1, voices) && !able.Any(node => node.Trust == TrustLevel.Trusted && node.Streak >= state.Settings.TrustedStreak) ? $"It needs {Machines(step.Plan.Copies)} that come to the same result, each its own or of another owner, and {voices} that {(voices == 1 ? "is" : "are")} online could take it."
            : null;
    }

    private static List<string> Running(PoolStep step) =>
        [.. step.Job.Live.Values.Where(task => task.Step == step).SelectMany(task => task.Attempts).Where(attempt => attempt.State.IsOpen()).Select(attempt => attempt.Node.Terms.Name).Distinct(StringComparer.Ordinal)];

    private static string Machines(int count) => count == 1 ? "1 machine" : $"{count} machines";

    private static IReadOnlyList<NodeVerdict> Nodes(PoolState state, NeedsClass needs, PoolStep step, PoolTask? task) =>
        [.. state.Nodes.Values.Where(node => node.Terms.Name.Length > 0).OrderBy(node => node.Terms.Name, StringComparer.OrdinalIgnoreCase).Take(MostNodes).Select(node => Verdict(node, needs, step, task))];

    private static NodeVerdict Verdict(PoolNode node, NeedsClass needs, PoolStep step, PoolTask? task)
    {
        var no = !node.Online ? "it is offline"
            : node.Terms.Closed is { } closed ? closed
            : PlacementFilters.FirstRefusal(node, needs) ?? (task is null ? null : Chooser.Refuse(task, node)) ?? Full(node, needs.Needs);
        return new NodeVerdict(
            node.Terms.Name, no is null, no,
            no is null ? PlacementScores.All.ToDictionary(score => score.Name, score => Math.Round(score.Weight * score.Of(node, needs, step), 3)) : null);
    }

    private static string? Full(PoolNode node, NeedsPlan needs) =>
        node.Fits(needs) ? null
        : node.SlotsUsed >= node.Terms.Slots ? $"it runs {node.SlotsUsed} tasks, which is all that it takes at once"
        : node.CpusUsed + needs.Cpu > node.Terms.Cpus + 1e-9 ? $"{node.Terms.Cpus - node.CpusUsed:0.##} of its {node.Terms.Cpus:0.##} cores are free"
        : node.MemoryUsed + needs.MemoryBytes > node.Terms.MemoryBytes ? $"{Bytes.Text(node.Terms.MemoryBytes - node.MemoryUsed)} of its memory are free"
        : node.DiskUsed + needs.DiskBytes > node.Terms.DiskBytes ? $"{Bytes.Text(node.Terms.DiskBytes - node.DiskUsed)} of its disk are free"
        : "its GPUs are in use";
}
