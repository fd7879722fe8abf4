namespace Muster.Node.Compute.Owner;

/// <summary>Whether this machine's owner lets the pool in now.</summary>
internal sealed class OwnerRules(ComputeOptions options, TimeProvider time)
{
    private volatile bool _inUse;

    /// <summary>Its owner works on it: what the pool runs here halts until that is over. Only where <c>compute.only_when_idle</c> says so.</summary>
    public bool InUse
    {
        get => _inUse;
        set => _inUse = value && options.OnlyWhenIdle;
    }

    /// <summary>Why no new task is taken, as the end of "nas: …"; null: they are.</summary>
    public string? Closed =>
        _inUse ? "its owner is using it, and lets tasks in only while it is idle"
        : options.Hours.Count > 0 && !options.Hours.Any(hours => hours.Hold(TimeOnly.FromDateTime(time.GetLocalNow().DateTime)))
            ? $"its owner lets tasks in only at {string.Join(", ", options.Hours)} of its own time"
            : null;
}
