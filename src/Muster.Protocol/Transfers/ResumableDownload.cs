using System.Net;
using System.Net.Http.Headers;

namespace Muster.Protocol.Transfers;

/// <summary>One download, in constant memory, which goes on from where it is after each break and ends only with the right hash.</summary>
/// <param name="most">A longer artifact is refused.</param>
public sealed class ResumableDownload(ITransferDoor door, Uri address, ContentHash hash, long most, IProgress<long>? progress = null)
{
    private static readonly TimeSpan _stall = TimeSpan.FromMinutes(1);
    private readonly Persistence _persistence = new(door);

    /// <param name="target">Gets the bytes in order.</param>
    /// <param name="seen">Has hashed what is there already; it begins after that.</param>
    /// <returns>How long the artifact is.</returns>
    /// <exception cref="Exception">The door's own: refused, damaged, too large, or the hub was away for too long.</exception>
    public async Task<long> RunAsync(PumpTarget target, StreamHash seen, CancellationToken cancel)
    {
        while (true)
        {
            try
            {
                using var guard = new StallGuard(door.Time, _stall, cancel);
                var size = await guard.RunAsync(stop => ContinueAsync(target, seen, guard, stop));
                return await seen.FinishAsync() == hash ? size : throw door.Failure(
                    "damaged", $"What came as artifact {hash} is something else: the hub's copy, or the one that was here, is damaged.");
            }
            catch (TransferBrokenException broken)
            {
                await _persistence.WaitAsync(broken, cancel);
            }
        }
    }

    private async Task<long> ContinueAsync(PumpTarget target, StreamHash seen, StallGuard guard, CancellationToken cancel)
    {
        var offset = seen.Count;
        using var answer = await door.SendAsync(() => Request(offset), cancel);
        var (begin, size) = await PlaceAsync(answer, offset, cancel);
        if (size > most)
        {
            throw door.Failure("too_large", $"Artifact {hash} has {size} bytes, more than the {most} that fit here.");
        }

        await using var body = await answer.Content.ReadAsStreamAsync(cancel);
        async ValueTask<int> Read(Memory<byte> buffer, CancellationToken stop)
        {
            try
            {
                return await body.ReadAsync(buffer, stop);
            }
            catch (IOException error)
            {
                throw new TransferBrokenException($"The connection to the hub broke ({error.Message.TrimEnd('.')}).", error);
            }
        }

        await Pump.RunAsync(Read, (_, _) => default, null, begin, offset - begin, cancel);
        await Pump.RunAsync(
            Read,
            async (bytes, stop) =>
            {
                await target(bytes, stop);
                guard.Moved();
                _persistence.Progressed();
                progress?.Report(seen.Count);
            },
            seen,
            offset,
            size - offset,
            cancel);
        return seen.Count == size ? size : throw new TransferBrokenException("The hub ended the answer before its end.");
    }

    private HttpRequestMessage Request(long offset)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, address);
        if (offset > 0)
        {
            request.Headers.Range = new RangeHeaderValue(offset, null);
            request.Headers.IfRange = new RangeConditionHeaderValue($"\"{hash}\"");
        }

        return request;
    }

    /// <summary>Where the body of the answer begins, and how long the whole is.</summary>
    private async Task<(long Begin, long Size)> PlaceAsync(HttpResponseMessage answer, long offset, CancellationToken cancel)
    {
        var range = answer.Content.Headers.ContentRange;
        return answer.StatusCode switch
        {
            HttpStatusCode.OK when answer.Content.Headers.ContentLength is { } size => size >= offset ? (0, size) : throw Damaged(),
            HttpStatusCode.PartialContent when range is { From: { } from, Length: { } size } && from == offset => (from, size),
            HttpStatusCode.RequestedRangeNotSatisfiable => range?.Length == offset ? (offset, offset) : throw Damaged(),
            _ => throw await door.RefusalAsync(answer, cancel),
        };

        Exception Damaged() => door.Failure("damaged", $"The part of artifact {hash} that was here is not of it.");
    }
}
