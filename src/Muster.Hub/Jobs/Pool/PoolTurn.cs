using Muster.Hub.Jobs.Pool.Rules;

namespace Muster.Hub.Jobs.Pool;

/// <summary>One turn of the loop: the state, the time it happens at, and what came of it.</summary>
internal sealed class PoolTurn(PoolState state, long now)
{
    public PoolState State => state;

    public PoolSettings Settings => state.Settings;

    public PoolEffects Effects { get; } = new();

    /// <summary>Unix milliseconds.</summary>
    public long Now => now;

    /// <summary>Nodes that have become freer.</summary>
    public HashSet<PoolNode> Freed { get; } = [];

    public void Apply(PoolCommand command)
    {
        switch (command)
        {
            case SubmitJob submit: JobRules.Submit(this, submit.Submission); break;
            case CancelWork cancel: JobRules.Cancel(this, cancel); break;
            case SteerWork steer: SteerRules.Steer(this, steer); break;
            case PauseJob pause: PauseRules.Pause(this, pause); break;
            case ResumeJob resume: PauseRules.Resume(this, resume); break;
            case AttemptWaits waits: WaitRules.Waits(this, waits); break;
            case AttemptRefused refused: WaitRules.Refused(this, refused); break;
            case AllowModels allow: WaitRules.Allow(this, allow); break;
            case NodeConnected connected: NodeRules.Connected(this, connected); break;
            case NodeDisconnected gone: NodeRules.Disconnected(this, gone.Node); break;
            case NodeRemoved removed: NodeRules.Removed(this, removed.Node); break;
            case NodeChanged changed: NodeRules.Changed(this, changed.Node, changed.Terms); break;
            case NodeHeard heard: NodeRules.Heard(this, heard.Node); break;
            case NodeData data: NodeRules.Data(this, data); break;
            case NodeTrust trust: NodeRules.Trust(this, trust); break;
            case AttemptsBegan began: AttemptRules.Began(this, began); break;
            case AttemptsEnded ended: AttemptRules.Ended(this, ended); break;
            case AttemptUsed used: Billing.Used(this, used); break;
            case RetryJob retry: RetryRules.Retry(this, retry); break;
            case AdoptWork adopt: BackgroundRules.Adopt(this, adopt); break;
            case PoolTick: break;
            default: throw new ArgumentException($"The pool does not know the command {command.GetType().Name}.", nameof(command));
        }
    }

    /// <summary>Fires what is due, leases what can be leased, and closes the books of the turn.</summary>
    public void Complete()
    {
        while (state.Timers.TryTake(now) is { } fire)
        {
            fire(this);
        }

        Dispatcher.Run(this);
    }

    /// <summary>A number that nobody outside of the pool can foresee, the same for the same question.</summary>
    public ulong Luck(PoolTask task, int salt)
    {
        var value = Settings.Seed ^ ((ulong)task.Job.Number * 0x9E3779B97F4A7C15) ^ ((ulong)(uint)task.Index << 32) ^ (uint)salt;
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
