using Muster.Hub.Jobs;
using Muster.Hub.Jobs.Pool;
using Muster.Protocol.Ids;
using Shouldly;
using Xunit;

namespace Muster.Tests.Hub.Jobs.Pool;

/// <summary>A node of two processors that is given tasks of one processor each.</summary>
public sealed class LeasingAheadTests
{
    private readonly PoolState _state = new(new PoolSettings());
    private readonly Id<User> _owner = Id<User>.New(TimeProvider.System);
    private readonly List<PoolAttempt> _open = [];
    private long _now = 1_000;

    [Theory]
    [InlineData(true, 0.02, false, 4)]
    [InlineData(true, 3.0, false, 2)]
    [InlineData(false, 0.02, false, 2)]
    [InlineData(true, 0.02, true, 2)]
    public void Node_ThatHasDoneSome_HoldsAsManyAsItsWorkIsQuick(bool keepsReady, double seconds, bool atMostOnce, int held)
    {
        Connect(keepsReady, "node");
        Submit(atMostOnce);
        _open.Count.ShouldBe(2, "nothing is known of them yet");

        for (var done = 0; done < 12; done++)
        {
            End(_open[0], seconds);
        }

        _open.Count.ShouldBe(held);
    }

    [Fact]
    public void QuickTask_WhileAnotherNodeHasRoom_GoesThere()
    {
        Connect(keepsReady: true, "first");
        Submit(atMostOnce: false);
        for (var done = 0; done < 12; done++)
        {
            End(_open[0], 0.02);
        }

        Connect(keepsReady: true, "second");

        _open.GroupBy(attempt => attempt.NodeName).Select(node => node.Count()).ShouldBe([4, 4]);
        _open.TakeLast(4).ShouldAllBe(attempt => attempt.NodeName == "second");
    }

    private void Connect(bool keepsReady, string name) => Turn(new NodeConnected(
        Id<Muster.Protocol.Ids.Node>.New(TimeProvider.System),
        new NodeTerms
        {
            Name = name, Owner = _owner, Slots = 64, Cpus = 2, MemoryBytes = 8L << 30, DiskBytes = 40L << 30, Isolation = TaskIsolation.Process, KeepsReady = keepsReady,
            Runtimes = new HashSet<TaskRuntime> { TaskRuntime.Process },
        },
        []));

    private void Submit(bool atMostOnce)
    {
        var step = new StepPlan { Id = "step", Runtime = TaskRuntime.Process, Command = ["true"], Count = 100, Array = true, AtMostOnce = atMostOnce };
        Turn(new SubmitJob(new JobSubmission(Id<Job>.New(TimeProvider.System), _owner, new JobPlan { Name = "job", Steps = [step] }, 0, [])));
    }

    private void End(PoolAttempt attempt, double seconds)
    {
        _open.Remove(attempt);
        var name = new AttemptName(attempt.Task.Job.Number, attempt.Task.Index, attempt.Number);
        Turn(new AttemptsEnded(attempt.Node.Id, [new AttemptEnd { Name = name, Outcome = AttemptOutcome.Succeeded, Use = new AttemptUse(0, 0, seconds, 0, 0, 0) }], null));
    }

    private void Turn(PoolCommand command) => _open.AddRange(_state.Turn([command], ++_now).Leases);
}
