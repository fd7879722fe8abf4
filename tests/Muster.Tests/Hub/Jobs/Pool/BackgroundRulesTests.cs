using Muster.Hub.Jobs;
using Muster.Hub.Jobs.Pool;
using Muster.Protocol.Ids;
using Shouldly;
using Xunit;

namespace Muster.Tests.Hub.Jobs.Pool;

/// <summary>Tool calls that run already when the pool hears of them, whatever comes first.</summary>
public sealed class BackgroundRulesTests
{
    private readonly PoolState _state = new(new PoolSettings());
    private readonly Id<Muster.Protocol.Ids.Node> _node = Id<Muster.Protocol.Ids.Node>.New(TimeProvider.System);
    private readonly Id<Job> _job = Id<Job>.New(TimeProvider.System);
    private readonly Id<User> _user = Id<User>.New(TimeProvider.System);
    private long _now = 1_000_000;

    [Fact]
    public void Adopt_SaidTwice_MakesOneJobAndNamesItsAttemptEachTime()
    {
        Connect();

        var first = Turn(Adopt()).Leases.Single();
        var second = Turn(Adopt()).Leases.Single();

        second.ShouldBeSameAs(first);
        _state.Jobs.Count.ShouldBe(1);
        first.State.ShouldBe(AttemptState.Running);
    }

    [Fact]
    public void End_OfAJobKnownByItsIdAlone_Counts()
    {
        Connect();

        var effects = _state.Turn([Adopt(), Ended(AttemptOutcome.Succeeded, new AttemptName(0, 0, 1))], ++_now);

        effects.Background.Single().Job.Id.ShouldBe(_job);
        effects.Ends.Single().Name.Job.ShouldBePositive();
        _state.Find(_job).ShouldBeNull("it is over");
    }

    [Fact]
    public void End_OfAnotherNode_DoesNotCount()
    {
        Connect();
        Turn(Adopt());

        var end = Ended(AttemptOutcome.Succeeded, new AttemptName(0, 0, 1)) with { Node = Id<Muster.Protocol.Ids.Node>.New(TimeProvider.System) };

        Turn(end).Background.ShouldBeEmpty();
        _state.Find(_job)!.State.ShouldBe(JobState.Running);
    }

    [Theory]
    [InlineData(AttemptOutcome.Failed, JobState.Failed)]
    [InlineData(AttemptOutcome.Lost, JobState.Failed)]
    [InlineData(AttemptOutcome.TimedOut, JobState.Failed)]
    [InlineData(AttemptOutcome.Stopped, JobState.Cancelled)]
    public void End_HoweverItCame_IsFinalAndToldOnce(AttemptOutcome outcome, JobState state)
    {
        Connect();
        Turn(Adopt());
        var job = _state.Find(_job)!;

        Turn(Ended(outcome, new AttemptName(job.Number, 0, 1))).Background.Count.ShouldBe(1);
        var again = Turn(Ended(outcome, new AttemptName(job.Number, 0, 1)));

        job.State.ShouldBe(state);
        again.Background.ShouldBeEmpty();
        again.Leases.ShouldBeEmpty("it never runs again");
    }

    [Fact]
    public void Cancel_IsToldWhenTheNodeSaysItsEnd()
    {
        Connect();
        Turn(Adopt());

        var cancelled = Turn(new CancelWork(_job, null, "Ada cancelled it."));
        cancelled.Controls.Single().Action.ShouldBe("stop");
        cancelled.Background.ShouldBeEmpty();

        Turn(Ended(AttemptOutcome.Stopped, new AttemptName(0, 0, 1))).Background.Count.ShouldBe(1);
    }

    [Fact]
    public void Cancel_ForANodeThatDidNotHearItsNumber_NamesItFirst()
    {
        Connect();
        Turn(Adopt());
        Turn(new NodeDisconnected(_node));
        Turn(new CancelWork(_job, null, "Ada cancelled it."));

        var back = Connect();

        back.Leases.Single().Task.Job.Id.ShouldBe(_job);
        back.Controls.Single().Action.ShouldBe("stop");
    }

    [Fact]
    public void Node_AwayForLong_IsWaitedForAndGivenUpWithAWord()
    {
        Connect();
        Turn(Adopt());
        Turn(new NodeDisconnected(_node));

        Later(TimeSpan.FromMinutes(1)).Background.ShouldBeEmpty();
        _state.Find(_job)!.State.ShouldBe(JobState.Running);
        var given = Later(TimeSpan.FromMinutes(10));

        given.Background.Single().End.Error.ShouldContain("did not come back");
        given.Notices.ShouldBeEmpty("one word is enough");
        Turn(Ended(AttemptOutcome.Succeeded, new AttemptName(0, 0, 1))).Late.Single().End.JobId.ShouldBe(_job);
    }

    [Fact]
    public void Node_BackInTime_GoesOn()
    {
        Connect();
        Turn(Adopt());
        Turn(new NodeDisconnected(_node));
        Later(TimeSpan.FromMinutes(1));

        Connect();
        Turn(Adopt()).Leases.Single().State.ShouldBe(AttemptState.Running);
        Later(TimeSpan.FromMinutes(10), alive: true);

        Turn(Ended(AttemptOutcome.Succeeded, new AttemptName(0, 0, 1))).Background.Count.ShouldBe(1);
    }

    [Fact]
    public void Adopt_BeforeTheNodeCountsAsThere_KnowsItsNameAndWatchesIt()
    {
        var attempt = Turn(Adopt()).Leases.Single();

        attempt.NodeName.ShouldBe("nas");
        Later(TimeSpan.FromSeconds(16));
        attempt.State.ShouldBe(AttemptState.Lost, "nothing was heard of it");
    }

    private AdoptWork Adopt() => new(
        new JobSubmission(
            _job, _user,
            new JobPlan
            {
                Name = "make", Background = new BackgroundPlan("cnv", "run", _node.ToString(), "shell", "make", "", false),
                Steps = [new StepPlan { Id = "background", Command = ["make"], AtMostOnce = true, Needs = new NeedsPlan { Cpu = 0.01, MemoryBytes = 1, DiskBytes = 1 } }],
            },
            0, null),
        _node, "nas", _user, _now);

    private AttemptsEnded Ended(AttemptOutcome outcome, AttemptName name) => new(_node, [new AttemptEnd { Name = name, JobId = _job, Outcome = outcome, Error = "" }], null);

    private PoolEffects Connect() => Turn(new NodeConnected(
        _node, new NodeTerms { Name = "nas", Owner = _user, Slots = 4, Cpus = 2, MemoryBytes = 8L << 30, DiskBytes = 40L << 30 }, []));

    private PoolEffects Turn(PoolCommand command) => _state.Turn([command], ++_now);

    private PoolEffects Later(TimeSpan by, bool alive = false)
    {
        var effects = new PoolEffects();
        for (var end = _now + (long)by.TotalMilliseconds; _now < end;)
        {
            _now += 1_000;
            var turn = _state.Turn([alive ? new NodeHeard(_node) : new PoolTick()], _now);
            effects.Background.AddRange(turn.Background);
            effects.Notices.AddRange(turn.Notices);
        }

        return effects;
    }
}
