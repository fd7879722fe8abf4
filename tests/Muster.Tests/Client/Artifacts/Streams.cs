namespace Muster.Tests.Client.Artifacts;

/// <summary>A stream that can only be read on.</summary>
internal class OneWayStream(Stream inner) : Stream
{
    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count) => inner.Read(buffer, offset, count);

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => inner.ReadAsync(buffer, cancellationToken);

    public override void Flush() => inner.Flush();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}

/// <summary>Stops in the middle until it may go on.</summary>
internal sealed class PausingStream(byte[] content, int at, TaskCompletionSource reached, Task resume) : OneWayStream(new MemoryStream(content))
{
    private int _given;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_given >= at)
        {
            reached.TrySetResult();
            await resume.WaitAsync(cancellationToken);
        }

        var count = await base.ReadAsync(buffer.Length > at - _given && _given < at ? buffer[..(at - _given)] : buffer, cancellationToken);
        _given += count;
        return count;
    }
}

/// <summary>A file that is cut to half as soon as it is read.</summary>
internal sealed class ShrinkingStream(FileStream file) : OneWayStream(file)
{
    public override bool CanSeek => true;

    public override long Length => file.Length;

    public override long Position
    {
        get => file.Position;
        set => file.Position = value;
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (file.Position == 0)
        {
            file.SetLength(file.Length / 2);
        }

        return await base.ReadAsync(buffer, cancellationToken);
    }
}
