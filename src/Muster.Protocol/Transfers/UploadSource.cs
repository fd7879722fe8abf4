namespace Muster.Protocol.Transfers;

/// <summary>What is uploaded. Asked again from where the hub is when a connection broke.</summary>
public abstract class UploadSource
{
    /// <summary>Null when it is not known before the end.</summary>
    public abstract long? Length { get; }

    /// <summary>What follows on this place, all or a part of it. One part at a time is read.</summary>
    /// <exception cref="UploadSourceException">It cannot be had again.</exception>
    public abstract ValueTask<UploadPart> FromAsync(long offset, CancellationToken cancel);

    /// <summary>
    /// A stream that can seek is read from its position to its end as of now; another one is kept in memory a few MiB at a time, and so
    /// is one that claims to be empty, as the files of /proc do whatever is in them.
    /// </summary>
    public static UploadSource Of(Stream stream) => stream.CanSeek && stream.Length > stream.Position ? new SeekableSource(stream) : new WindowSource(stream);

    private sealed class SeekableSource(Stream stream) : UploadSource
    {
        private readonly long _start = stream.Position;
        private readonly long _length = stream.Length - stream.Position;

        public override long? Length => _length;

        public override ValueTask<UploadPart> FromAsync(long offset, CancellationToken cancel)
        {
            if (offset > _length)
            {
                throw new UploadSourceException("The hub has more of it than there is.");
            }

            stream.Position = _start + offset;
            return ValueTask.FromResult(new UploadPart(stream.ReadAsync, _length - offset, true));
        }
    }

    private sealed class WindowSource(Stream stream) : UploadSource
    {
        private readonly byte[] _window = new byte[8 * 1024 * 1024];
        private long _start;
        private int _count;
        private bool _ended;

        public override long? Length => null;

        public override async ValueTask<UploadPart> FromAsync(long offset, CancellationToken cancel)
        {
            if (offset == _start + _count && !_ended)
            {
                _start = offset;
                _count = await stream.ReadAtLeastAsync(_window, _window.Length, throwOnEndOfStream: false, cancel);
                _ended = _count < _window.Length;
            }

            var at = offset - _start;
            if (at < 0 || at > _count)
            {
                throw new UploadSourceException("The hub lost a part of it, and this stream cannot be read a second time: start again.");
            }

            var rest = new MemoryStream(_window, (int)at, _count - (int)at, writable: false);
            return new UploadPart(rest.ReadAsync, rest.Length, _ended);
        }
    }
}

/// <param name="Last">Nothing follows on it.</param>
public sealed record UploadPart(PumpSource Read, long Count, bool Last);

/// <summary>What was to be uploaded cannot be read; the message is for a person.</summary>
public sealed class UploadSourceException(string message, Exception? inner = null) : Exception(message, inner);
