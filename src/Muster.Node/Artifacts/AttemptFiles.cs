using Muster.Node.Artifacts.Work;
using Muster.Node.Compute;
using Muster.Protocol.Wire;

namespace Muster.Node.Artifacts;

/// <summary>The files of attempts, from and to the hub.</summary>
internal sealed class AttemptFiles(NodeArtifacts artifacts) : IAttemptFiles
{
    // What another machine would not do better either.
    private static readonly string[] _hopeless = ["artifact_damaged", "not_found", "too_large", "bad_input"];

    public async Task<IAsyncDisposable> FetchAsync(AttemptRef attempt, string folder, long most, CancellationToken cancel)
    {
        try
        {
            return await artifacts.Inputs.FetchAsync(attempt, folder, most, cancel);
        }
        catch (TransferException failure)
        {
            throw new AttemptException($"Its inputs could not be fetched: {failure.Message}", IsOfTheHub(failure));
        }
    }

    public async Task<CollectedOutputs> CollectAsync(AttemptRef attempt, string folder, IReadOnlyList<string> patterns, CancellationToken cancel)
    {
        try
        {
            return await artifacts.Outputs.CollectAsync(attempt, folder, patterns, new OutputLimits(), cancel);
        }
        catch (Exception failure) when (failure is OutputException or TransferException)
        {
            throw new AttemptException($"Its outputs could not be kept: {failure.Message}", IsOfTheHub(failure));
        }
    }

    public async Task<Output> StoreAsync(AttemptRef attempt, string name, string file, CancellationToken cancel)
    {
        try
        {
            return await artifacts.Logs.KeepAsync(attempt, name, file, cancel);
        }
        catch (Exception failure) when (failure is OutputException or TransferException)
        {
            throw new AttemptException($"Its {name} could not be kept: {failure.Message}", IsOfTheHub(failure));
        }
    }

    /// <summary>The hub was away, or full, for longer than is waited: the task is not to blame, and does not pay.</summary>
    private static bool IsOfTheHub(Exception failure) => failure is TransferException transfer && !_hopeless.Contains(transfer.Code, StringComparer.Ordinal);
}
