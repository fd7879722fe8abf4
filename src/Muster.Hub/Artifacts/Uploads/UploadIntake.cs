using Microsoft.AspNetCore.Http;
using Muster.Hub.Api;
using Muster.Hub.Artifacts.Files;
using Muster.Protocol.Transfers;

namespace Muster.Hub.Artifacts.Uploads;

/// <summary>Moves the body of a request into the file of an upload, within every limit. What came before a break stays in the file.</summary>
internal sealed class UploadIntake(DiskBudget budget, UploadShares shares, ArtifactOptions options)
{
    private int _arriving;

    /// <summary>Whether an artifact of this length would be taken at all.</summary>
    public Task CheckAsync(ArtifactHolder holder, long? length, CancellationToken cancel)
    {
        if (length > options.MaxSize)
        {
            throw TooLarge();
        }

        budget.Check(length ?? 0);
        return shares.CheckAsync(holder, length ?? 0, cancel);
    }

    public Task<UploadShare?> ShareAsync(ArtifactHolder holder, CancellationToken cancel) => shares.OpenAsync(holder, cancel);

    /// <param name="last">Nothing follows on this body.</param>
    /// <exception cref="ApiException">413, 422, 507: it can never become an artifact. Others: it can go on.</exception>
    public async Task TakeAsync(UploadSession session, UploadShare? share, PumpSource body, bool last, CancellationToken cancel)
    {
        if (Interlocked.Increment(ref _arriving) > options.MaxArriving)
        {
            Interlocked.Decrement(ref _arriving);
            throw new ApiException(503, "busy", "Too many uploads arrive at once: try again in a moment.") { RetryAfter = TimeSpan.FromSeconds(2) };
        }

        try
        {
            var source = Guarded(body);
            var most = (session.Length ?? options.MaxSize) - session.Offset;
            var came = await Pump.RunAsync(source, (bytes, _) => WriteAsync(session, share, bytes), session.Hash, session.Offset, most, cancel);
            if (came == most && await source(new byte[1], cancel) > 0)
            {
                throw session.Length is null ? TooLarge() : ApiException.Invalid(
                    UploadHeaders.Length, $"More bytes came than the {session.Length} that were announced.", "Announce as many as there are.");
            }
        }
        finally
        {
            Interlocked.Decrement(ref _arriving);
        }

        if (last && session.Length is { } length && session.Offset < length)
        {
            throw ApiException.Invalid(UploadHeaders.Length, $"Only {session.Offset} of the {length} bytes that were announced came.", "Send all of them.");
        }
    }

    private async ValueTask WriteAsync(UploadSession session, UploadShare? share, ReadOnlyMemory<byte> bytes)
    {
        share?.Take(bytes.Length);
        budget.Take(bytes.Length);
        try
        {
            await RandomAccess.WriteAsync(session.File, bytes, session.Offset);
            session.Offset += bytes.Length;
        }
        catch (IOException error)
        {
            budget.Give(bytes.Length);
            throw FileTransfer.IsDiskFull(error)
                ? DiskBudget.DiskFull(error)
                : new ApiException(507, "storage_full", $"The hub cannot write to its disk ({error.Message.TrimEnd('.')}): its owner must look after it.");
        }
    }

    private PumpSource Guarded(PumpSource body) => async (buffer, cancel) =>
    {
        try
        {
            return await body(buffer, cancel);
        }
        catch (BadHttpRequestException error) when (error.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            throw TooLarge();
        }
        catch (BadHttpRequestException error) when (error.StatusCode == StatusCodes.Status408RequestTimeout)
        {
            throw new ApiException(408, "too_slow", "The bytes came too slowly: ask how far the upload is, and go on from there.");
        }
        catch (IOException error)
        {
            throw new ApiException(400, "broken_off", $"The body broke off ({error.Message.TrimEnd('.')}): ask how far the upload is, and go on from there.");
        }
    };

    private ApiException TooLarge() => new(
        413, "too_large", $"An artifact has at most {DiskBudget.Size(options.MaxSize)} here (artifacts.max_size): split it, or ask the hub's owner to raise the limit.");
}
