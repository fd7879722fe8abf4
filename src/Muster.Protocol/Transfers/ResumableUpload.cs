using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Muster.Protocol.Transfers;

/// <summary>
/// One upload, in constant memory. What is small goes in one request; the rest goes on from where the hub is after each break
/// (docs/artifacts.md). The hub's hash must be the one of what was read here.
/// </summary>
/// <param name="create">Where uploads are made; those that can be resumed are below it.</param>
public sealed class ResumableUpload(ITransferDoor door, Uri create, UploadSource source, IProgress<long>? progress = null)
{
    private const long AtOnce = 1024 * 1024;
    private const int MostRestarts = 3;
    private static readonly TimeSpan _stall = TimeSpan.FromMinutes(2);

    private readonly Persistence _persistence = new(door);
    private Uri? _upload;
    private long? _offset = 0;
    private long _furthest;
    private int _restarts;

    /// <exception cref="UploadSourceException">What is uploaded cannot be read.</exception>
    /// <exception cref="Exception">The door's own: refused, or the hub was away for too long.</exception>
    public async Task<ArtifactInfo> RunAsync(CancellationToken cancel)
    {
        using var hash = new StreamHash();
        while (true)
        {
            try
            {
                using var guard = new StallGuard(door.Time, _stall, cancel);
                if (await StepAsync(hash, guard) is { } stored)
                {
                    return await CheckedAsync(stored, hash);
                }
            }
            catch (TransferBrokenException broken)
            {
                _offset = null;
                await _persistence.WaitAsync(broken, cancel);
            }
        }
    }

    private async Task<ArtifactInfo?> StepAsync(StreamHash hash, StallGuard guard)
    {
        if (_upload is null)
        {
            var whole = await source.FromAsync(0, guard.Token);
            if (whole is { Last: true, Count: <= AtOnce })
            {
                return await SendAsync(HttpMethod.Post, create, whole, 0, "application/octet-stream", TransferJson.Default.ArtifactInfo, hash, guard);
            }

            await CreateAsync(guard);
        }

        if (_offset is null && await AskAsync(guard) is { } known)
        {
            if (known.Sha256 is { } sha256)
            {
                return new ArtifactInfo(sha256, known.Offset); // its end had arrived, and only the answer was lost
            }

            _offset = known.Offset;
        }

        return _upload is null || _offset is null ? null : await AppendAsync(_offset.Value, hash, guard);
    }

    private async Task CreateAsync(StallGuard guard)
    {
        var info = await guard.RunAsync(async stop =>
        {
            using var answer = await door.SendAsync(
                () =>
                {
                    var request = new HttpRequestMessage(HttpMethod.Post, create) { Headers = { { UploadHeaders.Complete, UploadHeaders.No } } };
                    if (source.Length is { } length)
                    {
                        request.Headers.Add(UploadHeaders.Length, length.ToString());
                    }

                    return request;
                },
                stop);
            return await ReadAsync(answer, TransferJson.Default.UploadInfo, stop);
        });
        (_upload, _offset) = (new Uri(create.AbsoluteUri + "/uploads/" + info.Id), info.Offset);
    }

    /// <summary>How far the hub is; null when it has forgotten the upload.</summary>
    private Task<UploadInfo?> AskAsync(StallGuard guard) => guard.RunAsync(async stop =>
    {
        using var answer = await door.SendAsync(() => new HttpRequestMessage(HttpMethod.Get, _upload), stop);
        if (answer.StatusCode == HttpStatusCode.NotFound)
        {
            await RestartAsync(answer, stop);
            return null;
        }

        return await ReadAsync(answer, TransferJson.Default.UploadInfo, stop);
    });

    private async Task<ArtifactInfo?> AppendAsync(long offset, StreamHash hash, StallGuard guard)
    {
        var part = await source.FromAsync(offset, guard.Token);
        var info = await SendAsync(HttpMethod.Patch, _upload!, part, offset, UploadHeaders.Part, TransferJson.Default.UploadInfo, hash, guard);
        _offset = info?.Offset;
        return info?.Sha256 is { } sha256 ? new ArtifactInfo(sha256, info.Offset) : null;
    }

    private async Task<T?> SendAsync<T>(
        HttpMethod method, Uri address, UploadPart part, long offset, string type, JsonTypeInfo<T> shape, StreamHash hash, StallGuard guard)
        where T : class
    {
        UploadContent? content = null;
        HttpRequestMessage Request()
        {
            content = new UploadContent(part, offset, hash, at => Moved(at, guard), type);
            var request = new HttpRequestMessage(method, address) { Content = content };
            // A refusal then comes before the body is sent, and not as a broken connection.
            request.Headers.ExpectContinue = part.Count > AtOnce;
            if (method == HttpMethod.Patch)
            {
                request.Headers.Add(UploadHeaders.Offset, offset.ToString());
                request.Headers.Add(UploadHeaders.Complete, UploadHeaders.Text(part.Last));
            }

            return request;
        }

        try
        {
            return await guard.RunAsync(async stop =>
            {
                using var answer = await door.SendAsync(Request, stop);
                if (answer.StatusCode is HttpStatusCode.Conflict or HttpStatusCode.NotFound && _upload is not null)
                {
                    await RestartAsync(answer, stop);
                    return null;
                }

                return await ReadAsync(answer, shape, stop);
            });
        }
        catch (TransferBrokenException broken) when (content?.OwnFailure is { } own)
        {
            throw new UploadSourceException(own, broken);
        }
        finally
        {
            await (content?.CloseAsync() ?? Task.CompletedTask).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // how it ended is known above
        }
    }

    private void Moved(long at, StallGuard guard)
    {
        guard.Moved();
        if (at > _furthest)
        {
            _furthest = at;
            _persistence.Progressed();
            progress?.Report(at);
        }
    }

    /// <summary>The hub is elsewhere than was thought, or does not know the upload any more.</summary>
    private async Task RestartAsync(HttpResponseMessage answer, CancellationToken cancel)
    {
        if (++_restarts > MostRestarts)
        {
            throw await door.RefusalAsync(answer, cancel);
        }

        _offset = answer.StatusCode == HttpStatusCode.NotFound ? 0 : null;
        _upload = answer.StatusCode == HttpStatusCode.NotFound ? null : _upload;
    }

    private async Task<T> ReadAsync<T>(HttpResponseMessage answer, JsonTypeInfo<T> shape, CancellationToken cancel)
    {
        if (!answer.IsSuccessStatusCode)
        {
            throw await door.RefusalAsync(answer, cancel);
        }

        try
        {
            return JsonSerializer.Deserialize(await answer.Content.ReadAsByteArrayAsync(cancel), shape) ?? throw new JsonException("null");
        }
        catch (JsonException error)
        {
            throw door.Failure("unexpected_answer", $"{create} answered what a Muster hub would not; check the address.", error);
        }
    }

    private async Task<ArtifactInfo> CheckedAsync(ArtifactInfo stored, StreamHash hash)
    {
        var own = (await hash.FinishAsync()).ToString();
        return own == stored.Sha256 ? stored : throw door.Failure(
            "damaged", "What arrived at the hub is not what was read here: the file was changed meanwhile, or damaged on the way. Send it again.");
    }
}
