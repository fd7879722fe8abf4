using Google.Protobuf;
using Muster.Protocol.Wire;

namespace Muster.Protocol.Link;

/// <summary>
/// Encodes a <see cref="FrameBatch"/> by hand, so that a kept frame's bytes are spliced in without being parsed.
/// Relies on two rules of protobuf: repeated messages are tag, length, bytes; and encodings of one message may be concatenated.
/// </summary>
internal sealed class FrameBatchWriter
{
    /// <summary>A frame is added while the batch stays within this; a single larger frame goes alone.</summary>
    public const int Limit = 64 << 10;

    private const byte FramesTag = (FrameBatch.FramesFieldNumber << 3) | 2;
    private const byte LaneTag = Frame.LaneFieldNumber << 3;
    private const byte SequenceTag = Frame.SequenceFieldNumber << 3;

    private byte[] _buffer = new byte[2048];
    private int _length;

    public int Length => _length;

    public ReadOnlyMemory<byte> Written => _buffer.AsMemory(0, _length);

    public void Clear()
    {
        _length = 0;
        if (_buffer.Length > 2 * Limit)
        {
            _buffer = new byte[Limit];
        }
    }

    /// <summary>False, and nothing added, where it would grow a batch that holds something beyond the limit.</summary>
    public bool TryAdd(Frame frame)
    {
        var size = frame.CalculateSize();
        if (!TryReserve(1 + VarintSize((ulong)size) + size))
        {
            return false;
        }

        Header(size);
        frame.WriteTo(_buffer.AsSpan(_length, size));
        _length += size;
        return true;
    }

    /// <inheritdoc cref="TryAdd(Frame)"/>
    public bool TryAdd(Lane lane, ulong sequence, ReadOnlySpan<byte> body)
    {
        var size = 2 + 1 + VarintSize(sequence) + body.Length;
        if (!TryReserve(1 + VarintSize((ulong)size) + size))
        {
            return false;
        }

        Header(size);
        _buffer[_length++] = LaneTag;
        _buffer[_length++] = (byte)lane;
        _buffer[_length++] = SequenceTag;
        Varint(sequence);
        body.CopyTo(_buffer.AsSpan(_length));
        _length += body.Length;
        return true;
    }

    private bool TryReserve(int bytes)
    {
        if (_length > 0 && _length + bytes > Limit)
        {
            return false;
        }

        if (_length + bytes > _buffer.Length)
        {
            Array.Resize(ref _buffer, Math.Max(_length + bytes, Math.Min(_buffer.Length * 4, Limit)));
        }

        return true;
    }

    private void Header(int size)
    {
        _buffer[_length++] = FramesTag;
        Varint((ulong)size);
    }

    private void Varint(ulong value)
    {
        while (value >= 0x80)
        {
            _buffer[_length++] = (byte)(value | 0x80);
            value >>= 7;
        }

        _buffer[_length++] = (byte)value;
    }

    private static int VarintSize(ulong value) => CodedOutputStream.ComputeUInt64Size(value);
}
