using System.Buffers.Binary;
using System.Runtime.ExceptionServices;
using System.Text;

namespace Muster.Node.Sandbox.Tasks.Containers;

/// <summary>
/// Hands on what a container prints: frames of eight bytes (the stream, three zeros, the length) and as many more. One buffer, whatever
/// the frames' length; while the receiver works nothing is read, so a flood waits in the engine and then in its writer.
/// </summary>
internal sealed class FramePump(Stream frames, ISandboxOutput output)
{
    private const int HeaderSize = 8;
    private const byte Stderr = 2;
    private readonly byte[] _buffer = new byte[64 * 1024];
    private readonly StringBuilder _firstError = new();
    private long _moved;

    /// <summary>How stderr begins.</summary>
    public string FirstError => _firstError.ToString();

    /// <summary>What the receiver threw; it gets nothing any more.</summary>
    public ExceptionDispatchInfo? Failure { get; private set; }

    /// <summary>Grows while there is anything to hand on, and is odd while the receiver works.</summary>
    public long Moved => Interlocked.Read(ref _moved);

    /// <returns>Once the container prints nothing any more, the connection broke, or the receiver failed.</returns>
    public async Task RunAsync(CancellationToken cancel)
    {
        try
        {
            var header = new byte[HeaderSize];
            while (Failure is null && await frames.ReadAtLeastAsync(header, HeaderSize, throwOnEndOfStream: false, cancel) == HeaderSize)
            {
                var left = BinaryPrimitives.ReadUInt32BigEndian(header.AsSpan(4));
                while (left > 0 && Failure is null)
                {
                    var count = await frames.ReadAsync(_buffer.AsMemory(0, (int)Math.Min(left, _buffer.Length)), cancel);
                    if (count == 0)
                    {
                        return;
                    }

                    left -= (uint)count;
                    Write(header[0] == Stderr, _buffer.AsSpan(0, count));
                }
            }
        }
        catch (Exception over) when (over is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // Whether the container has ended is told elsewhere.
        }
    }

    private void Write(bool stderr, ReadOnlySpan<byte> bytes)
    {
        if (stderr && _firstError.Length < 400)
        {
            _firstError.Append(Encoding.UTF8.GetString(bytes[..Math.Min(400, bytes.Length)]));
        }

        Interlocked.Increment(ref _moved);
        try
        {
            output.Write(stderr, bytes);
        }
        catch (Exception failure)
        {
            Failure = ExceptionDispatchInfo.Capture(failure);
        }

        Interlocked.Increment(ref _moved);
    }
}
