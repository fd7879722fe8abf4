using Muster.Hub.Jobs;
using Muster.Hub.Jobs.Pool;
using Muster.Protocol.Ids;
using Shouldly;
using Xunit;

namespace Muster.Tests.Hub.Jobs.Pool;

/// <summary>Two copies of a task, on machines of two people.</summary>
public sealed class AgreementTests
{
    private static readonly byte[] _claimed = new byte[32];
    private readonly PoolState _state = new(new PoolSettings { ExtraCopies = 0 });
    private long _now = 1_000;

    [Theory]
    [InlineData(1, 1, TaskState.Succeeded)]
    [InlineData(1, 2, TaskState.Failed)]
    public void Copies_WhoseFilesDiffer_DoNotAgreeWhateverTheirNodesSay(byte first, byte second, TaskState expected)
    {
        Connect("first");
        Connect("second");
        var step = new StepPlan { Id = "step", Runtime = TaskRuntime.Process, Command = ["true"], Outputs = ["out"], Copies = 2 };
        var leases = Turn(new SubmitJob(new JobSubmission(Id<Job>.New(TimeProvider.System), Id<User>.New(TimeProvider.System), new JobPlan { Name = "job", Steps = [step] }, 0, [])));
        leases.Count.ShouldBe(2);

        End(leases[0], first);
        End(leases[1], second);

        leases[0].Task.State.ShouldBe(expected);
    }

    private void Connect(string name) => Turn(new NodeConnected(
        Id<Muster.Protocol.Ids.Node>.New(TimeProvider.System),
        new NodeTerms
        {
            Name = name, Owner = Id<User>.New(TimeProvider.System), Slots = 4, Cpus = 2, MemoryBytes = 8L << 30, DiskBytes = 40L << 30, Isolation = TaskIsolation.Process,
            Runtimes = new HashSet<TaskRuntime> { TaskRuntime.Process },
        },
        []));

    private void End(PoolAttempt attempt, byte content) => Turn(new AttemptsEnded(
        attempt.Node.Id,
        [
            new AttemptEnd
            {
                Name = new AttemptName(attempt.Task.Job.Number, attempt.Task.Index, attempt.Number), Outcome = AttemptOutcome.Succeeded, OutputsHash = _claimed,
                Outputs = [new AttemptOutput("out", Enumerable.Repeat(content, 32).ToArray(), 1)],
            },
        ],
        null));

    private List<PoolAttempt> Turn(PoolCommand command) => _state.Turn([command], ++_now).Leases;
}
