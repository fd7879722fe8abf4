using Muster.Hub.Jobs;
using Muster.Hub.Jobs.Pool;
using Muster.Protocol.Ids;
using Shouldly;
using Xunit;

namespace Muster.Tests.Hub.Jobs.Pool;

/// <summary>An agent that waits for a person before its model's next call, as the pool sees it.</summary>
public sealed class WaitRulesTests
{
    private readonly PoolState _state = new(new PoolSettings());
    private readonly Id<Muster.Protocol.Ids.Node> _node = Id<Muster.Protocol.Ids.Node>.New(TimeProvider.System);
    private readonly Id<Job> _job = Id<Job>.New(TimeProvider.System);
    private readonly Id<User> _user = Id<User>.New(TimeProvider.System);
    private long _now = 1_000_000;

    [Fact]
    public void Waiting_IsPausedWithItsReason_AndTheTimeCostsNothing()
    {
        var attempt = Begin();

        Turn(new AttemptWaits(_node, Name, "It may spend 1."));
        attempt.Task.State.ShouldBe(TaskState.Paused);
        attempt.Task.Reason.ShouldBe("It may spend 1.");
        Turn(new AttemptWaits(_node, Name, "It may spend 1.")).IsEmpty.ShouldBeTrue("it was known");
        _now += 5_000;
        Turn(new AttemptWaits(_node, Name, null));

        attempt.Task.State.ShouldBe(TaskState.Running);
        attempt.Task.Reason.ShouldBeNull();
        attempt.FrozenMs.ShouldBeInRange(5_000, 5_010);
    }

    [Fact]
    public void Waiting_OfAJobThatAPersonPaused_GoesOnWithTheJobOnly()
    {
        var attempt = Begin();
        Turn(new AttemptWaits(_node, Name, "It may spend 1."));
        Turn(new PauseJob(_job, "ada paused it."));

        Turn(new AttemptWaits(_node, Name, null));
        attempt.Task.State.ShouldBe(TaskState.Paused);
        Turn(new ResumeJob(_job, 0));

        attempt.Task.State.ShouldBe(TaskState.Running);
    }

    [Fact]
    public void Waiting_OfAJobThatAPersonPauses_StandsStillWithTheAnswer()
    {
        Begin();
        Turn(new AttemptWaits(_node, Name, "It may spend 1."));

        Turn(new PauseJob(_job, "ada paused it.")).Controls.ShouldContain(order => order.Attempt == Name && order.Action == "freeze");
    }

    [Theory]
    [InlineData(false, "thaw")]
    [InlineData(true, "freeze")]
    public void Waiting_WhenItsLinkWasCut_StandsStillWithItsJobAlone(bool paused, string action)
    {
        Begin();
        Turn(new AttemptWaits(_node, Name, "It may spend 1."));
        if (paused)
        {
            Turn(new PauseJob(_job, "ada paused it."));
        }

        Turn(new NodeDisconnected(_node));

        Turn(Connected([Name])).Controls.Where(order => order.Attempt == Name).Select(order => order.Action).ShouldBe([action]);
    }

    [Fact]
    public void Waiting_SaidByAnotherMachine_ChangesNothing()
    {
        var attempt = Begin();

        Turn(new AttemptWaits(Id<Muster.Protocol.Ids.Node>.New(TimeProvider.System), Name, "It may spend 1."));

        attempt.Task.State.ShouldBe(TaskState.Running);
    }

    [Fact]
    public void Waiting_WhenItsMachineIsBack_IsForgotten_UntilItIsSaidAgain()
    {
        var attempt = Begin();
        Turn(new AttemptWaits(_node, Name, "It may spend 1."));
        Turn(new NodeDisconnected(_node));
        for (var second = 0; second < 20; second++)
        {
            _now += 1_000;
            Turn(new PoolTick());
        }

        attempt.State.ShouldBe(AttemptState.Lost);
        Turn(Connected([Name]));

        attempt.Task.State.ShouldBe(TaskState.Running);
        attempt.Task.Reason.ShouldBeNull();
    }

    [Fact]
    public void Allowed_ItsLimitIsItsOwn_AndTheHoldGrows()
    {
        var attempt = Begin();

        Turn(new AllowModels(_job, new Dictionary<int, long> { [0] = 700 }, 200));

        attempt.Task.MostModelMicro.ShouldBe(700);
        attempt.Task.Step.Plan.MaxModelMicro.ShouldBe(500);
        (attempt.Task.Job.HoldMicro, attempt.Task.Job.HoldRest).ShouldBe((1_200, 1_200));
    }

    [Fact]
    public void Refused_IsNotTriedAgain()
    {
        var attempt = Begin();
        Turn(new AttemptRefused(_node, Name));

        Turn(new AttemptsEnded(_node, [new AttemptEnd { Name = Name, JobId = _job, Outcome = AttemptOutcome.Failed, ExitCode = 1, Error = "Nobody allowed more." }], null));

        attempt.Task.State.ShouldBe(TaskState.Failed);
        attempt.Task.Reason!.ShouldContain("Nobody allowed more.");
    }

    private AttemptName Name => new(1, 0, 1);

    private PoolAttempt Begin()
    {
        Turn(Connected([]));
        var step = new StepPlan { Id = "step", Runtime = TaskRuntime.Agent, Objective = "count it", MaxModelMicro = 500, Retries = 3, AtMostOnce = true };
        var attempt = Turn(new SubmitJob(new JobSubmission(_job, _user, new JobPlan { Name = "job", Steps = [step] }, 1_000, []))).Leases.Single();
        Turn(new AttemptsBegan(_node, [Name]));
        return attempt;
    }

    private NodeConnected Connected(IReadOnlyList<AttemptName> held) => new(
        _node,
        new NodeTerms
        {
            Name = "nas", Owner = _user, Slots = 4, Cpus = 2, MemoryBytes = 8L << 30, DiskBytes = 40L << 30, Isolation = TaskIsolation.Process, Runtimes = new HashSet<TaskRuntime> { TaskRuntime.Agent },
        },
        held);

    private PoolEffects Turn(PoolCommand command) => _state.Turn([command], ++_now);
}
