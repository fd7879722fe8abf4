namespace Muster.Hub.Jobs.Pool;

/// <summary>See docs/task-states.md. From <see cref="Succeeded"/> on they are final.</summary>
public enum TaskState
{
    Blocked,
    Ready,
    Leased,
    Running,
    Verifying,
    Paused,
    Succeeded,
    Failed,
    Cancelled,
    Expired,
    Skipped,
}

public enum AttemptState
{
    Leased,
    Running,
    Frozen,
    /// <summary>Told to stop; its end is awaited.</summary>
    Stopping,
    /// <summary>Its node's lease ran out; its result still counts while no other attempt was made.</summary>
    Lost,
    Ended,
}

public enum JobState
{
    Queued,
    Running,
    Paused,
    Succeeded,
    Failed,
    Cancelled,
    Expired,
}

public static class States
{
    public static bool IsFinal(this TaskState state) => state >= TaskState.Succeeded;

    public static bool IsFinal(this JobState state) => state >= JobState.Succeeded;

    /// <summary>Its process may still be there.</summary>
    public static bool IsOpen(this AttemptState state) => state < AttemptState.Lost;
}
