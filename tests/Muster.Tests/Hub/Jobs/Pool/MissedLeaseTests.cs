using Muster.Hub.Jobs;
using Muster.Hub.Jobs.Pool;
using Muster.Protocol.Ids;
using Shouldly;
using Xunit;

namespace Muster.Tests.Hub.Jobs.Pool;

/// <summary>A machine that connects again and again without having what it was given, as one with a full disk does.</summary>
public sealed class MissedLeaseTests
{
    private readonly PoolState _state = new(new PoolSettings());
    private readonly Id<Muster.Protocol.Ids.Node> _sick = Id<Muster.Protocol.Ids.Node>.New(TimeProvider.System);
    private long _now = 1_000;

    [Fact]
    public void Task_ThatItsNodeCannotWriteDown_GoesElsewhereInTheEnd()
    {
        Connect(_sick, "sick");
        var step = new StepPlan { Id = "step", Runtime = TaskRuntime.Process, Command = ["true"] };
        Turn(new SubmitJob(new JobSubmission(Id<Job>.New(TimeProvider.System), Id<User>.New(TimeProvider.System), new JobPlan { Name = "job", Steps = [step] }, 0, []))).Single().NodeName.ShouldBe("sick");
        Connect(Id<Muster.Protocol.Ids.Node>.New(TimeProvider.System), "well").ShouldBeEmpty();

        for (var again = 0; again < 3; again++)
        {
            Turn(new NodeDisconnected(_sick));
            Connect(_sick, "sick").Select(attempt => attempt.Number).ShouldBe([1], "it is sent once more");
        }

        Turn(new NodeDisconnected(_sick));
        Connect(_sick, "sick").Single().NodeName.ShouldBe("well");
    }

    private List<PoolAttempt> Connect(Id<Muster.Protocol.Ids.Node> node, string name) => Turn(new NodeConnected(
        node,
        new NodeTerms
        {
            Name = name, Owner = Id<User>.New(TimeProvider.System), Slots = 4, Cpus = 2, MemoryBytes = 8L << 30, DiskBytes = 40L << 30, Isolation = TaskIsolation.Process,
            Runtimes = new HashSet<TaskRuntime> { TaskRuntime.Process },
        },
        []));

    private List<PoolAttempt> Turn(PoolCommand command) => _state.Turn([command], ++_now).Leases;
}
