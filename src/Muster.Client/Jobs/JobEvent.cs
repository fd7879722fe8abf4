namespace Muster.Client.Jobs;

/// <summary>Something that happened to a job.</summary>
public abstract record JobEvent
{
    private protected JobEvent()
    {
    }
}

/// <summary>The job's state or counts changed.</summary>
/// <param name="Number">Grows with every change; watching may go on after it.</param>
public sealed record JobChanged(JobInfo Job, long Number) : JobEvent;

/// <summary>One task changed; the <see cref="JobChanged"/> that counts it follows.</summary>
public sealed record TaskChanged(TaskInfo Task) : JobEvent;
