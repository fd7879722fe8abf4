using System.Security.Cryptography;

namespace Muster.Storage.Backup;

/// <summary>The first <paramref name="length"/> bytes of a stream, hashed while they are read.</summary>
internal sealed class HashedStream(Stream inner, long length) : Stream
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private long _position;

    public override bool CanRead => true;

    /// <summary>The tar writer asks for the length of what can seek; it does not go back.</summary>
    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => length;

    public override long Position
    {
        get => _position;
        set
        {
            if (value != _position)
            {
                throw new NotSupportedException();
            }
        }
    }

    public string Sha256() => Convert.ToHexStringLower(_hash.GetHashAndReset());

    public override int Read(Span<byte> buffer) => Read(inner.Read(buffer[..(int)Math.Min(buffer.Length, length - _position)]), buffer);

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        Read(await inner.ReadAsync(buffer[..(int)Math.Min(buffer.Length, length - _position)], cancellationToken), buffer.Span);

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _hash.Dispose();
        }

        base.Dispose(disposing);
    }

    private int Read(int count, ReadOnlySpan<byte> buffer)
    {
        if (count == 0 && _position < length)
        {
            throw new IOException("A file became shorter while it was backed up: try again.");
        }

        _hash.AppendData(buffer[..count]);
        _position += count;
        return count;
    }
}
