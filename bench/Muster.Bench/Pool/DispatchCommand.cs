using Muster.Hub.Jobs;
using Muster.Hub.Jobs.Pool;
using Muster.Protocol.Ids;

namespace Muster.Bench.Pool;

/// <summary>
/// <c>dispatch [--count 10,100,1000] [--tasks 400000]</c>: what the pool's rules alone cost for a task, from its lease to its end, among so many machines that have room for 4,000
/// tasks together. Results come in batches of 500, from as many machines as that takes.
/// </summary>
internal static class DispatchCommand
{
    private const int Slots = 4000;
    private const int Batch = 500;

    public static void Run(string[] args)
    {
        string Option(string name, string otherwise) => Array.IndexOf(args, name) is >= 0 and var at && at + 1 < args.Length ? args[at + 1] : otherwise;
        var (counts, tasks) = (Option("--count", "10,100,1000").Split(',').Select(int.Parse).ToList(), int.Parse(Option("--tasks", "400000")));
        foreach (var count in counts.Prepend(counts[0]))
        {
            var times = Enumerable.Range(0, 5).Select(_ => Measure(count, tasks)).Order().ToList();
            Console.WriteLine($"{count} machines: {times[2]:0.00} µs for a task ({times[0]:0.00} – {times[^1]:0.00})");
        }
    }

    private static double Measure(int machines, int tasks)
    {
        var state = new PoolState(new PoolSettings());
        var owner = Id<User>.New(TimeProvider.System);
        var terms = new NodeTerms { Owner = owner, Slots = Slots / machines, FunctionsOnly = true, Runtimes = new HashSet<TaskRuntime> { TaskRuntime.Function }, Functions = new HashSet<string> { "echo" } };
        var now = 0L;
        var leased = new Queue<PoolAttempt>();
        state.Turn(Enumerable.Range(0, machines).Select(number => new NodeConnected(Id<Muster.Protocol.Ids.Node>.New(TimeProvider.System), terms with { Name = $"n{number}" }, [])), ++now);
        var plan = new JobPlan { Name = "bench", Steps = [new StepPlan { Id = "echo", Runtime = TaskRuntime.Function, Function = "echo", Count = tasks, Array = true }] };
        var began = TimeProvider.System.GetTimestamp();
        var effects = state.Turn([new SubmitJob(new JobSubmission(Id<Job>.New(TimeProvider.System), owner, plan, 0, []))], ++now);
        var ended = 0;
        while (ended < tasks)
        {
            effects.Leases.ForEach(leased.Enqueue);
            var results = Enumerable.Range(0, Math.Min(Batch, leased.Count)).Select(_ => leased.Dequeue()).GroupBy(attempt => attempt.Node.Id)
                .Select(node => new AttemptsEnded(node.Key, [.. node.Select(End)], null)).ToList();
            ended += results.Sum(node => node.Ends.Count);
            effects = state.Turn(results, ++now);
        }

        return TimeProvider.System.GetElapsedTime(began).TotalMicroseconds / tasks;
    }

    private static AttemptEnd End(PoolAttempt attempt) =>
        new() { Name = new AttemptName(attempt.Task.Job.Number, attempt.Task.Index, attempt.Number), Outcome = AttemptOutcome.Succeeded };
}
