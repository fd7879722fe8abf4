using Microsoft.Extensions.Logging;

namespace Muster.Node.Sandbox.Tasks.Containers;

/// <summary>What one attempt holds of the engine and the machine, as it comes together.</summary>
internal sealed partial class ContainerParts(SandboxJob job, FoundEngine engine, ContainerGroup group)
{
    public SandboxJob Job => job;

    public FoundEngine Engine => engine;

    public ContainerGroup Group => group;

    public NetworkHolder? Holder { get; set; }

    /// <summary>The container's, once it was created.</summary>
    public string? Id { get; set; }

    /// <summary>Keeps the frames open.</summary>
    public HttpResponseMessage? Answer { get; set; }

    public Stream Frames { get; set; } = Stream.Null;

    /// <summary>Ends and removes all of it. What the engine does not let go of is removed when it is next found at work.</summary>
    public async Task RemoveAsync(TimeProvider time, ILogger logger)
    {
        Answer?.Dispose();
        try
        {
            if (Id is not null)
            {
                await engine.Client.RemoveAsync(Id, CancellationToken.None);
            }

            if (Holder is not null)
            {
                await Holder.DisposeAsync();
            }
        }
        catch (EngineException stuck)
        {
            LogStuck(logger, job.Attempt, stuck);
        }

        group.MeasureLast(job.Limits.MemoryBytes);
        if (!group.Remove(time))
        {
            LogGroupStuck(logger, job.Attempt);
        }
    }

    [LoggerMessage(LogLevel.Warning, "The container of {Attempt} could not be removed; it is when the engine answers again")]
    private static partial void LogStuck(ILogger logger, string attempt, Exception error);

    [LoggerMessage(LogLevel.Warning, "Processes of {Attempt} do not die; they are ended when the node starts again")]
    private static partial void LogGroupStuck(ILogger logger, string attempt);
}
