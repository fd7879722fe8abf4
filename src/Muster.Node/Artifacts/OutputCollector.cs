using Google.Protobuf;
using Microsoft.Win32.SafeHandles;
using Muster.Node.Artifacts.Work;
using Muster.Protocol.Transfers;
using Muster.Protocol.Wire;

namespace Muster.Node.Artifacts;

/// <summary>Brings what an attempt made to the hub. The folder was filled by a stranger's program: no link is followed, and all is bounded.</summary>
public sealed class OutputCollector(HubTransfers hub)
{
    private const int AtOnce = 4;

    /// <param name="folder">Where the outputs lie; nothing of the attempt runs any more.</param>
    /// <param name="patterns">As seen from the folder: <c>*</c>, <c>?</c>, <c>**</c>; a folder stands for all that is in it.</param>
    /// <exception cref="OutputException">There is too much, or a pattern makes no sense.</exception>
    /// <exception cref="TransferException">The hub refuses, or was away for too long.</exception>
    public async Task<CollectedOutputs> CollectAsync(
        AttemptRef attempt, string folder, IReadOnlyList<string> patterns, OutputLimits limits, CancellationToken cancel)
    {
        var wanted = OutputPatterns.Parse(patterns);
        using var work = WorkFolders.Open(folder);
        var found = await Task.Run(() => new OutputSearch(work, wanted, limits, cancel).Run(), cancel);
        var outputs = new Output?[found.Files.Count];
        var bytes = 0L;
        var lost = new List<string>();
        await Parallel.ForEachAsync(
            found.Files.Index(),
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancel },
            async (file, stop) =>
            {
                using var handle = work.Open(file.Item.Path);
                if (handle is null)
                {
                    lock (lost)
                    {
                        lost.Add($"\"{WorkPath.Shown(file.Item.Path)}\" may not be read, or is no regular file any more; it was left out.");
                    }

                    return;
                }

                if (Interlocked.Add(ref bytes, RandomAccess.GetLength(handle)) > limits.MaxBytes)
                {
                    throw new OutputException($"The outputs grew beyond the {limits.MaxBytes} bytes that are allowed while they were collected.");
                }

                outputs[file.Index] = await UploadAsync(attempt, file.Item.Path, handle, stop);
            });
        var brought = outputs.OfType<Output>().ToList();
        return new CollectedOutputs(brought, [.. found.Skipped, .. lost], Unmatched(wanted, found.Files), brought.Sum(output => (long)output.Size));
    }

    /// <summary>Brings one file, such as the log.</summary>
    /// <param name="name">Its path in the result.</param>
    internal async Task<Output> UploadAsync(AttemptRef attempt, string name, SafeFileHandle file, CancellationToken cancel)
    {
        // As long as it is now: a file that grows meanwhile is cut, and one that shrinks is refused.
        await using var stream = new FileStream(file, FileAccess.Read, bufferSize: 0);
        try
        {
            var info = await hub.Upload(attempt, UploadSource.Of(stream)).RunAsync(cancel);
            return new Output { Path = name, Sha256 = ByteString.CopyFrom(ContentHash.Parse(info.Sha256).ToBytes()), Size = (ulong)info.Size };
        }
        catch (UploadSourceException failure)
        {
            throw new OutputException($"\"{WorkPath.Shown(name)}\" was not brought to the hub: {failure.Message}", failure);
        }
    }

    private static IReadOnlyList<string> Unmatched(OutputPatterns wanted, IReadOnlyList<(string Path, long Size)> files) =>
        [.. wanted.Texts.Where(text => !files.Any(file => Fits(OutputPatterns.Parse([text]), file.Path)))];

    private static bool Fits(OutputPatterns pattern, string path) => path.Split('/').Aggregate(pattern.Start, pattern.Step).Fits;
}

/// <param name="Outputs">In order of their paths.</param>
/// <param name="Skipped">A sentence for each thing that fits a pattern and was left out.</param>
/// <param name="Unmatched">Patterns that nothing fits.</param>
public sealed record CollectedOutputs(IReadOnlyList<Output> Outputs, IReadOnlyList<string> Skipped, IReadOnlyList<string> Unmatched, long Bytes);
