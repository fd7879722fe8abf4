using Muster.Protocol.Wire;

namespace Muster.Node.Artifacts;

/// <summary>Brings the log of an attempt, which the node itself wrote, to the hub.</summary>
public sealed class LogKeeper(OutputCollector collector)
{
    /// <param name="name">Its path in the result.</param>
    /// <exception cref="TransferException">The hub refuses, or was away for too long.</exception>
    /// <exception cref="Work.OutputException">The file cannot be read.</exception>
    public async Task<Output> KeepAsync(AttemptRef attempt, string name, string path, CancellationToken cancel)
    {
        try
        {
            using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            return await collector.UploadAsync(attempt, name, file, cancel);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new Work.OutputException($"The log {path} cannot be read ({error.Message.TrimEnd('.')}).", error);
        }
    }
}
