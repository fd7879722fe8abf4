using System.Net;
using System.Net.Http.Headers;

namespace Muster.Protocol.Transfers;

/// <summary>The body of one request of an upload.</summary>
internal sealed class UploadContent : HttpContent
{
    private readonly UploadPart _part;
    private readonly long _offset;
    private readonly StreamHash _hash;
    private readonly Action<long> _moved;
    private readonly Lock _gate = new();
    private Task _sending = Task.CompletedTask;
    private bool _closed;

    /// <param name="moved">Told how far it is.</param>
    public UploadContent(UploadPart part, long offset, StreamHash hash, Action<long> moved, string type)
    {
        (_part, _offset, _hash, _moved) = (part, offset, hash, moved);
        Headers.ContentType = new MediaTypeHeaderValue(type);
    }

    /// <summary>A sentence: what went wrong on this side, for which no other try helps.</summary>
    public string? OwnFailure { get; private set; }

    /// <summary>Completes when it no longer reads, so that another request may.</summary>
    public Task CloseAsync()
    {
        lock (_gate)
        {
            _closed = true;
            return _sending;
        }
    }

    protected override bool TryComputeLength(out long length)
    {
        length = _part.Count;
        return true;
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            return _closed ? throw new IOException("This part is sent by another request.") : _sending = SendAsync(stream, cancellationToken);
        }
    }

    private async Task SendAsync(Stream stream, CancellationToken cancel)
    {
        var at = _offset;
        var sent = await Pump.RunAsync(
            ReadAsync,
            async (bytes, stop) =>
            {
                await stream.WriteAsync(bytes, stop);
                _moved(at += bytes.Length);
            },
            _hash,
            _offset,
            _part.Count,
            cancel);
        if (sent < _part.Count)
        {
            OwnFailure = "It became shorter while it was sent.";
            throw new IOException(OwnFailure);
        }
    }

    private async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancel)
    {
        try
        {
            return await _part.Read(buffer, cancel);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            OwnFailure = $"It cannot be read ({error.Message.TrimEnd('.')}).";
            throw;
        }
    }
}
