using System.Buffers;
using System.Net.WebSockets;
using System.Text;
using Google.Protobuf;
using Muster.Protocol.Wire;

namespace Muster.Protocol.Link;

/// <summary>
/// A WebSocket that speaks <see cref="FrameBatch"/> in binary messages. One reader and one writer at a time.
/// What the peer sends is never trusted: a message that is too large, text or undecodable closes the socket with a reason.
/// </summary>
public sealed class FrameSocket(WebSocket socket, TimeProvider time, int maxMessage = FrameSocket.DefaultMaxMessage) : IAsyncDisposable
{
    public const int DefaultMaxMessage = 1 << 20;

    public const string Subprotocol = "muster.v1";

    internal static readonly TimeSpan CloseTimeout = TimeSpan.FromSeconds(1);

    private long _lastReceived = time.GetTimestamp();

    /// <summary>Time since the last bytes came in.</summary>
    public TimeSpan Silence => time.GetElapsedTime(Volatile.Read(ref _lastReceived));

    /// <summary>Why <see cref="ReceiveAsync"/> gave null: the peer's close, a lost connection, or what the peer did wrong.</summary>
    public LinkEnd? End { get; private set; }

    /// <summary>Sends one frame as a message of its own; during a handshake only.</summary>
    public ValueTask SendAsync(Frame frame, CancellationToken cancel) =>
        SendAsync(new FrameBatch { Frames = { frame } }.ToByteArray(), cancel);

    /// <summary>Sends an encoded <see cref="FrameBatch"/>.</summary>
    public ValueTask SendAsync(ReadOnlyMemory<byte> batch, CancellationToken cancel) =>
        socket.SendAsync(batch, WebSocketMessageType.Binary, endOfMessage: true, cancel);

    /// <summary>The frames of the next message, or null when the socket is closed or lost: see <see cref="End"/>.</summary>
    public async ValueTask<IReadOnlyList<Frame>?> ReceiveAsync(CancellationToken cancel)
    {
        try
        {
            return await ReceiveMessageAsync(cancel);
        }
        catch (WebSocketException error)
        {
            End = new LinkEnd(LinkEndReason.Lost, $"The connection was lost: {error.Message}");
            return null;
        }
        catch (InvalidProtocolBufferException)
        {
            return await RefuseAsync(WebSocketCloseStatus.InvalidPayloadData, "the message is not a batch of frames");
        }
    }

    /// <summary>Says goodbye with a reason and gives the peer a second to take it.</summary>
    public async Task CloseAsync(WebSocketCloseStatus status, string reason)
    {
        using var timeout = new CancellationTokenSource(CloseTimeout, time);
        try
        {
            if (socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
            {
                await socket.CloseOutputAsync(status, Shorten(reason), timeout.Token);
            }
        }
        catch (Exception error) when (error is WebSocketException or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
        {
            Abort(); // the peer is gone or does not read: there is nobody to say goodbye to
        }
    }

    public void Abort() => socket.Abort();

    public ValueTask DisposeAsync()
    {
        socket.Dispose();
        return ValueTask.CompletedTask;
    }

    private async ValueTask<IReadOnlyList<Frame>?> ReceiveMessageAsync(CancellationToken cancel)
    {
        // Waits without holding a buffer: a thousand idle links hold none.
        var result = await socket.ReceiveAsync(Memory<byte>.Empty, cancel);
        var buffer = ArrayPool<byte>.Shared.Rent(4096);
        try
        {
            var length = 0;
            while (true)
            {
                Volatile.Write(ref _lastReceived, time.GetTimestamp());
                if (result.MessageType == WebSocketMessageType.Close)
                {
                    return ClosedByPeer();
                }

                if (result.MessageType == WebSocketMessageType.Text)
                {
                    return await RefuseAsync(WebSocketCloseStatus.InvalidMessageType, "muster.v1 speaks binary messages only");
                }

                length += result.Count;
                if (length > maxMessage)
                {
                    return await RefuseAsync(WebSocketCloseStatus.MessageTooBig, $"a message may have at most {maxMessage} bytes");
                }

                if (result.EndOfMessage)
                {
                    return FrameBatch.Parser.ParseFrom(buffer.AsSpan(0, length)).Frames;
                }

                if (length == buffer.Length)
                {
                    buffer = Grow(buffer, length);
                }

                result = await socket.ReceiveAsync(buffer.AsMemory(length), cancel);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static byte[] Grow(byte[] buffer, int length)
    {
        var larger = ArrayPool<byte>.Shared.Rent(length * 4);
        buffer.AsSpan(0, length).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(buffer);
        return larger;
    }

    private IReadOnlyList<Frame>? ClosedByPeer()
    {
        var said = string.IsNullOrEmpty(socket.CloseStatusDescription) ? $"{socket.CloseStatus}" : socket.CloseStatusDescription;
        End = new LinkEnd(LinkEndReason.PeerClosed, $"The other side closed the connection: {said}");
        return null;
    }

    private async ValueTask<IReadOnlyList<Frame>?> RefuseAsync(WebSocketCloseStatus status, string reason)
    {
        End = new LinkEnd(LinkEndReason.ProtocolError, $"The other side broke the protocol: {reason}");
        await CloseAsync(status, reason);
        await DrainAsync();
        return null;
    }

    /// <summary>Reads over what is still on its way, until the peer closes or a second has passed.</summary>
    internal async Task DrainAsync()
    {
        using var timeout = new CancellationTokenSource(CloseTimeout, time);
        var buffer = ArrayPool<byte>.Shared.Rent(16 << 10);
        try
        {
            while ((await socket.ReceiveAsync(buffer.AsMemory(), timeout.Token)).MessageType != WebSocketMessageType.Close)
            {
            }
        }
        catch (Exception error) when (error is WebSocketException or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
        {
            Abort(); // nothing more comes from this peer
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>A close frame takes 123 bytes of reason.</summary>
    private static string Shorten(string reason)
    {
        while (Encoding.UTF8.GetByteCount(reason) > 123)
        {
            reason = reason[..^1];
        }

        return reason;
    }
}
