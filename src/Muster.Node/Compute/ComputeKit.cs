using Microsoft.Extensions.Logging;
using Muster.Node.Artifacts;
using Muster.Node.Sandbox.Tasks;
using Muster.Protocol.Wire;
using Muster.Storage;

namespace Muster.Node.Compute;

/// <summary>What attempts work with.</summary>
internal sealed record ComputeKit
{
    public required Database Database { get; init; }

    /// <summary>The node's name as the hub knows it, which can change.</summary>
    public required Func<string> Name { get; init; }

    public string NodeName => Name();

    public required IReadOnlyList<ITaskSandbox> Sandboxes { get; init; }

    public required Room Room { get; init; }

    public required AttemptFolders Folders { get; init; }

    public required TaskAgents Agents { get; init; }

    /// <summary>Files to and from the hub.</summary>
    public required IAttemptFiles Files { get; init; }

    /// <summary>Sends what may be lost: logs, usage, the beginning.</summary>
    public required Action<Frame> Tell { get; init; }

    /// <summary>Ends the connection to the hub, to begin again.</summary>
    public required Action<string> CutLink { get; init; }

    public required TimeProvider Time { get; init; }

    public required ILogger Logger { get; init; }

    public long Now => Time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>The sandbox of exactly this level.</summary>
    public ITaskSandbox? Find(IsolationLevel level) => Sandboxes.FirstOrDefault(sandbox => sandbox.Level == level);
}

/// <summary>The files of an attempt: a seam, as they come by HTTP in a node and from nowhere in a test of the runner.</summary>
internal interface IAttemptFiles
{
    /// <summary>Puts the inputs into the folder.</summary>
    /// <param name="most">Bytes of disk that the task may use.</param>
    /// <returns>Keeps them on this machine for the next attempt until it is disposed: at the end of this one.</returns>
    /// <exception cref="AttemptException">One is missing, corrupt, or cannot be fetched; or there are too many bytes.</exception>
    Task<IAsyncDisposable> FetchAsync(AttemptRef attempt, string folder, long most, CancellationToken cancel);

    /// <summary>Stores what matches the patterns, and nothing that a link leads to.</summary>
    Task<CollectedOutputs> CollectAsync(AttemptRef attempt, string folder, IReadOnlyList<string> patterns, CancellationToken cancel);

    /// <summary>Stores one file, such as a log.</summary>
    Task<Output> StoreAsync(AttemptRef attempt, string name, string file, CancellationToken cancel);
}

/// <summary>An attempt cannot go on; the message is for the person who submitted it.</summary>
/// <param name="refused">It was not begun, and another node may do better.</param>
internal sealed class AttemptException(string message, bool refused) : Exception(message)
{
    public bool Refused => refused;
}
