using Muster.Hub.Jobs;
using Muster.Hub.Jobs.Pool;
using Muster.Protocol.Ids;
using Shouldly;
using Xunit;

namespace Muster.Tests.Hub.Jobs.Steering;

/// <summary>Whom the pool has told again what was said to agents.</summary>
public sealed class SteerRulesTests
{
    private readonly PoolState _state = new(new PoolSettings());
    private readonly Id<Muster.Protocol.Ids.Node> _node = Id<Muster.Protocol.Ids.Node>.New(TimeProvider.System);
    private readonly Id<Job> _job = Id<Job>.New(TimeProvider.System);
    private readonly Id<User> _user = Id<User>.New(TimeProvider.System);
    private long _now = 1_000_000;

    [Fact]
    public void Agent_OnAMachineThatIsBack_IsToldAgain()
    {
        Begin(TaskRuntime.Agent);
        Turn(new SteerWork(_job, null)).Told.Count.ShouldBe(1);
        Turn(new NodeDisconnected(_node));

        Connect(new AttemptName(1, 0, 1)).Told.Single().Task.Index.ShouldBe(0);
    }

    [Fact]
    public void Agent_OfAnotherTask_IsToldNothing()
    {
        Begin(TaskRuntime.Agent);

        Turn(new SteerWork(_job, 1)).Told.ShouldBeEmpty();
        Turn(new SteerWork(Id<Job>.New(TimeProvider.System), null)).Told.ShouldBeEmpty();
    }

    [Fact]
    public void Command_IsToldNothing()
    {
        Begin(TaskRuntime.Process);

        Turn(new SteerWork(_job, null)).Told.ShouldBeEmpty();
    }

    private void Begin(TaskRuntime runtime)
    {
        Connect();
        var step = new StepPlan { Id = "step", Runtime = runtime, Command = ["true"], Objective = "Do it" };
        Turn(new SubmitJob(new JobSubmission(_job, _user, new JobPlan { Name = "job", Steps = [step] }, 0, []))).Leases.Count.ShouldBe(1);
    }

    private PoolEffects Connect(params AttemptName[] held) => Turn(new NodeConnected(
        _node,
        new NodeTerms
        {
            Name = "desk", Owner = _user, Slots = 4, Cpus = 2, MemoryBytes = 8L << 30, DiskBytes = 40L << 30, Isolation = TaskIsolation.Process,
            Runtimes = new HashSet<TaskRuntime> { TaskRuntime.Process, TaskRuntime.Agent },
        },
        held));

    private PoolEffects Turn(PoolCommand command) => _state.Turn([command], ++_now);
}
