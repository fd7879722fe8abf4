using Google.Protobuf;
using Muster.Protocol.Wire;

namespace Muster.Protocol.Link;

/// <summary>A reliable frame as an outbox keeps it: without lane and number, which the session writes before it.</summary>
public static class FrameBody
{
    /// <summary>More than any frame should carry (bulk is artifacts), and little enough to pass every peer.</summary>
    public const int MaxBytes = 768 << 10;

    /// <exception cref="ArgumentException">Empty, or too large to ever be delivered.</exception>
    public static byte[] Encode(Frame frame)
    {
        if (frame.BodyCase == Frame.BodyOneofCase.None)
        {
            throw new ArgumentException("A reliable frame needs a body.", nameof(frame));
        }

        frame.Lane = 0;
        frame.Sequence = 0;
        var bytes = frame.ToByteArray();
        return bytes.Length <= MaxBytes
            ? bytes
            : throw new ArgumentException($"A {frame.BodyCase} frame of {bytes.Length} bytes is too large for the link ({MaxBytes}): shorten it, or send it as an artifact.", nameof(frame));
    }
}
