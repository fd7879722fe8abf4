namespace Muster.Agents.Providers;

/// <summary>The body of an answer while it arrives: each read renews the patience, and the whole is bounded.</summary>
internal sealed class WatchedStream(Stream inner, Patience patience, Func<TimeSpan> idle) : Stream
{
    // More than any model writes; a server that sends without end must not fill the memory.
    private const long Longest = 64L * 1024 * 1024;
    private long _read;

    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => _read;
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var count = await inner.ReadAsync(buffer, patience.Token);
        patience.Renew(idle());
        _read += count;
        return _read <= Longest ? count : throw new IOException("The answer is longer than 64 MB.");
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Read asynchronously.");

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
