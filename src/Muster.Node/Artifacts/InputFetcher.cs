using System.Collections.Concurrent;
using Muster.Node.Artifacts.Cache;
using Muster.Node.Artifacts.Work;
using Muster.Protocol.Transfers;
using Muster.Protocol.Wire;

namespace Muster.Node.Artifacts;

/// <summary>Puts the inputs of an attempt into its folder: copies from the cache, never a second name of the same file.</summary>
public sealed class InputFetcher(HubTransfers hub, ArtifactCache cache)
{
    private const int AtOnce = 4;
    private const int MostTries = 2;

    /// <param name="folder">The attempt's own, empty; nothing of it runs yet.</param>
    /// <param name="most">Bytes that all inputs may have.</param>
    /// <returns>Keeps the inputs in the cache until it is disposed: at the attempt's end.</returns>
    /// <exception cref="TransferException">The hub refuses, was away for too long, or has damaged content; or the disk is full.</exception>
    public async Task<FetchedInputs> FetchAsync(AttemptRef attempt, string folder, long most, CancellationToken cancel)
    {
        var files = await hub.InputsAsync(attempt, cancel);
        Check(files, most);
        var fetched = new FetchedInputs(files);
        try
        {
            using var work = WorkFolders.Open(folder);
            await Parallel.ForEachAsync(
                files, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancel }, (file, stop) => PlaceAsync(attempt, file, work, fetched, stop));
            return fetched;
        }
        catch
        {
            await fetched.DisposeAsync();
            throw;
        }
    }

    private static void Check(IReadOnlyList<InputFile> files, long most)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var file in files)
        {
            var mistake = WorkPath.Mistake(file.Path) ?? (seen.Add(file.Path) ? null : "is there twice");
            if (mistake is not null || !ContentHash.TryParse(file.Sha256, out _) || file.Size < 0)
            {
                throw new TransferException("bad_input", $"The input \"{WorkPath.Shown(file.Path)}\" {mistake ?? "has no good hash or size"}.");
            }
        }

        if (files.Aggregate(UInt128.Zero, (sum, file) => sum + (UInt128)file.Size) > (UInt128)most)
        {
            throw new TransferException("too_large", $"The inputs do not fit into the {most} bytes of disk that the task asked for: ask for more (needs.disk).");
        }
    }

    private async ValueTask PlaceAsync(AttemptRef attempt, InputFile file, IWorkFolder work, FetchedInputs fetched, CancellationToken cancel)
    {
        var hash = ContentHash.Parse(file.Sha256);
        try
        {
            using var target = work.Create(file.Path);
            for (var tries = 1; tries <= MostTries; tries++)
            {
                if (await TryPinAsync(attempt, hash, file.Size, fetched, last: tries == MostTries, cancel) is not { } pin)
                {
                    continue; // a part that was here already was damaged
                }

                if (await CopyAsync(pin, target, cancel) == hash)
                {
                    return;
                }

                await cache.DropAsync(pin);
            }

            throw new TransferException("damaged", $"The input \"{WorkPath.Shown(file.Path)}\" was damaged on this machine's disk twice: check the disk.");
        }
        catch (IOException failure)
        {
            throw new TransferException("not_written", $"The input \"{WorkPath.Shown(file.Path)}\" cannot be written ({failure.Message.TrimEnd('.')}).", failure);
        }
    }

    private async Task<CachePin?> TryPinAsync(AttemptRef attempt, ContentHash hash, long size, FetchedInputs fetched, bool last, CancellationToken cancel)
    {
        try
        {
            var pin = await cache.GetAsync(
                hash,
                size,
                async (part, seen, stop) =>
                {
                    var missing = size - seen.Count;
                    await hub.Download(attempt, hash, size).RunAsync(FileTransfer.Writer(part, seen.Count), seen, stop);
                    fetched.Add(missing);
                },
                cancel);
            fetched.Keep(pin);
            return pin;
        }
        catch (TransferException failure) when (failure.Code == "damaged" && !last)
        {
            return null;
        }
    }

    /// <returns>The hash of what was copied; none when the cached file has gone.</returns>
    private static async Task<ContentHash> CopyAsync(CachePin pin, Microsoft.Win32.SafeHandles.SafeFileHandle target, CancellationToken cancel)
    {
        try
        {
            using var source = File.OpenHandle(pin.Path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, FileOptions.SequentialScan);
            using var hash = new StreamHash();
            await Pump.RunAsync(FileTransfer.Reader(source, 0), FileTransfer.Writer(target, 0), hash, 0, long.MaxValue, cancel);
            RandomAccess.SetLength(target, hash.Count);
            return await hash.FinishAsync();
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            return default;
        }
    }
}

/// <summary>The inputs of an attempt, in its folder. Disposed at the attempt's end: until then the cache keeps them for the next one.</summary>
public sealed class FetchedInputs : IAsyncDisposable
{
    private readonly ConcurrentBag<CachePin> _pins = [];
    private long _bytes;

    internal FetchedInputs(IReadOnlyList<InputFile> files) => Files = files;

    public IReadOnlyList<InputFile> Files { get; }

    /// <summary>Bytes that had to come from the hub.</summary>
    public long BytesIn => Interlocked.Read(ref _bytes);

    public async ValueTask DisposeAsync()
    {
        while (_pins.TryTake(out var pin))
        {
            await pin.DisposeAsync();
        }
    }

    internal void Keep(CachePin pin) => _pins.Add(pin);

    internal void Add(long bytes) => Interlocked.Add(ref _bytes, bytes);
}
