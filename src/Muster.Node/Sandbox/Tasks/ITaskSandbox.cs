namespace Muster.Node.Sandbox.Tasks;

/// <summary>
/// One way to run the command of an attempt. Fails closed: what it cannot contain it does not start, and it never picks another way.
/// Safe to use from several threads.
/// </summary>
public interface ITaskSandbox
{
    IsolationLevel Level { get; }

    /// <summary>Tries it for real. A success is remembered; a failure is tried again after half a minute.</summary>
    /// <returns>That it works, or a sentence that says why not and what to do.</returns>
    Task<SandboxStatus> CheckAsync(CancellationToken cancel);

    /// <summary>Whether a task that asks for a network can be given one here, apart from the owner's leave.</summary>
    Task<SandboxStatus> CheckEgressAsync(CancellationToken cancel);

    /// <summary>Returns once the command is about to run within all of its limits.</summary>
    /// <param name="output">Gets stdout and stderr until <see cref="ISandboxRun.Outcome"/> is there.</param>
    /// <param name="cancel">Gives up the start; afterwards it has no effect.</param>
    /// <exception cref="SandboxUnavailableException">Nothing was started and nothing is left.</exception>
    Task<ISandboxRun> StartAsync(SandboxJob job, ISandboxOutput output, CancellationToken cancel);

    /// <summary>After a crash, and before the first start: ends and removes whatever earlier processes of this home left behind.</summary>
    /// <returns>How many attempts there were, or processes where attempts cannot be told apart.</returns>
    Task<int> ReapAsync(CancellationToken cancel);

    /// <summary>The node stops, and nothing runs any more: what belongs to the home and lies outside of it goes.</summary>
    void Leave()
    {
    }
}

/// <summary>An attempt that runs. To dispose of it ends it, if it has not ended, and gives up its work folder.</summary>
public interface ISandboxRun : IAsyncDisposable
{
    /// <summary>Completes when nothing of the attempt runs any more and all its output was handed on; fails only if the output's receiver did.</summary>
    Task<SandboxOutcome> Outcome { get; }

    /// <summary>
    /// Where the node finds what the attempt left: the job's folder, or a path into the memory that took its place.
    /// Valid until this is disposed. Whoever reads it must not follow links: a stranger filled it.
    /// </summary>
    string WorkFolder { get; }

    /// <summary>Halts every process of it. Its time limit does not run on meanwhile. Not to be called before the last one, or <see cref="ThawAsync"/>, ended.</summary>
    /// <exception cref="TimeoutException">One of them waits for a device.</exception>
    /// <exception cref="IOException">The kernel or the engine refused it.</exception>
    Task FreezeAsync();

    Task ThawAsync();

    /// <summary>TERM to all, and KILL to what is left after the grace. Completes with the outcome.</summary>
    /// <param name="reason">A sentence for the outcome's detail.</param>
    Task StopAsync(string reason);

    /// <summary>What it used until now.</summary>
    SandboxUsage Usage();
}

/// <summary>The seam by which output leaves the sandbox: bytes as they come, of both streams from one thread.</summary>
public interface ISandboxOutput
{
    /// <summary>Must be quick: while it works, the pipe fills and the task waits. The bytes are the caller's own again afterwards.</summary>
    void Write(bool stderr, ReadOnlySpan<byte> bytes);
}
