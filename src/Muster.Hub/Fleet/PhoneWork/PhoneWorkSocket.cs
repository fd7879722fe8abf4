using System.Buffers;
using System.Net.WebSockets;
using System.Text.Json;
using Muster.Protocol.Link;

namespace Muster.Hub.Fleet.PhoneWork;

/// <summary>A WebSocket of JSON messages. One reader and one writer at a time.</summary>
internal sealed class PhoneWorkSocket(WebSocket socket, TimeProvider time, int maxBytes)
{
    /// <summary>Why <see cref="ReceiveAsync"/> gave null.</summary>
    public LinkEnd? End { get; private set; }

    public async Task<PhoneWorkMessage?> ReceiveAsync(CancellationToken cancel)
    {
        try
        {
            var result = await socket.ReceiveAsync(Memory<byte>.Empty, cancel);
            var message = new ArrayBufferWriter<byte>(1024);
            while (true)
            {
                if (result.MessageType == WebSocketMessageType.Close)
                {
                    End = new LinkEnd(LinkEndReason.PeerClosed, "The other side closed the connection.");
                    return null;
                }

                message.Advance(result.Count);
                if (message.WrittenCount > maxBytes)
                {
                    return await RefuseAsync(WebSocketCloseStatus.MessageTooBig, $"a message may have at most {maxBytes} bytes");
                }

                if (result.EndOfMessage && message.WrittenCount > 0)
                {
                    return PhoneWorkMessage.Parse(message.WrittenSpan);
                }

                result = await socket.ReceiveAsync(message.GetMemory(1024), cancel);
            }
        }
        catch (WebSocketException error)
        {
            End = new LinkEnd(LinkEndReason.Lost, $"The connection was lost: {error.Message}");
            return null;
        }
        catch (JsonException)
        {
            return await RefuseAsync(WebSocketCloseStatus.InvalidPayloadData, "a message is a JSON object with a type");
        }
    }

    public ValueTask SendAsync(PhoneWorkMessage message, CancellationToken cancel) =>
        socket.SendAsync(message.ToUtf8().AsMemory(), WebSocketMessageType.Text, endOfMessage: true, cancel);

    public async Task CloseAsync(WebSocketCloseStatus status, string reason)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(1), time);
        try
        {
            if (socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
            {
                await socket.CloseOutputAsync(status, reason.Length > 60 ? reason[..60] : reason, deadline.Token);
            }
        }
        catch (Exception error) when (error is WebSocketException or OperationCanceledException or ObjectDisposedException)
        {
            socket.Abort(); // there is nobody to say goodbye to
        }
    }

    public void Abort() => socket.Abort();

    private async Task<PhoneWorkMessage?> RefuseAsync(WebSocketCloseStatus status, string reason)
    {
        End = new LinkEnd(LinkEndReason.ProtocolError, $"The other side broke the protocol: {reason}");
        await CloseAsync(status, reason);
        return null;
    }
}
