using System.Net.WebSockets;
using Muster.Protocol.Link;
using Muster.Protocol.Wire;
using Muster.Testing;
using Shouldly;
using Xunit;

namespace Muster.Tests.Protocol.Link;

public sealed class FrameSocketTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Message_OfManyPieces_IsOneBatch()
    {
        using var pair = await SocketPair.OpenAsync(Cancel);
        await using var server = new FrameSocket(pair.Server, TimeProvider.System);
        var batch = new FrameBatchWriter();
        batch.TryAdd(Lane.Chat, 300, FrameBody.Encode(new Frame { Notice = new Notice { Text = new string('x', 40_000) } })).ShouldBeTrue();
        batch.TryAdd(new Frame { Credit = new Credit { Attempts = 7 } }).ShouldBeTrue();

        await pair.Client.SendAsync(batch.Written[..100], WebSocketMessageType.Binary, endOfMessage: false, Cancel);
        await pair.Client.SendAsync(batch.Written[100..], WebSocketMessageType.Binary, endOfMessage: true, Cancel);

        var frames = (await server.ReceiveAsync(Cancel))!;
        frames.Count.ShouldBe(2);
        (frames[0].Lane, frames[0].Sequence, frames[0].Notice.Text.Length).ShouldBe((2U, 300UL, 40_000));
        frames[1].Credit.Attempts.ShouldBe(7U);
    }

    [Fact]
    public void Batch_BeyondItsLimit_TakesNoMore_ButASingleLargeFrameGoes()
    {
        var batch = new FrameBatchWriter();
        batch.TryAdd(Lane.Pool, ulong.MaxValue, new byte[100_000]).ShouldBeTrue();
        batch.TryAdd(Lane.Pool, 1, new byte[1]).ShouldBeFalse();

        batch.Clear();
        batch.TryAdd(new Frame { Credit = new Credit { Attempts = 7 } }).ShouldBeTrue();
        batch.TryAdd(new Frame { Notice = new Notice { Text = new string('x', 70_000) } }).ShouldBeFalse();
        FrameBatch.Parser.ParseFrom(batch.Written.Span).Frames.Single().Credit.Attempts.ShouldBe(7U);
    }

    [Fact]
    public async Task MessageTooLarge_ClosesWith1009()
    {
        using var pair = await SocketPair.OpenAsync(Cancel);
        await using var server = new FrameSocket(pair.Server, TimeProvider.System, maxMessage: 10_000);
        var sending = pair.Client.SendAsync(new byte[200_000], WebSocketMessageType.Binary, true, Cancel);

        var closed = ReadCloseAsync(pair.Client);
        (await server.ReceiveAsync(Cancel)).ShouldBeNull();

        server.End!.Reason.ShouldBe(LinkEndReason.ProtocolError);
        (await closed).ShouldBe((WebSocketCloseStatus.MessageTooBig, "a message may have at most 10000 bytes"));
        await sending;
    }

    [Theory]
    [InlineData(WebSocketMessageType.Text, WebSocketCloseStatus.InvalidMessageType, "muster.v1 speaks binary messages only")]
    [InlineData(WebSocketMessageType.Binary, WebSocketCloseStatus.InvalidPayloadData, "the message is not a batch of frames")]
    public async Task MessageOfAnotherKind_ClosesWithAReason(WebSocketMessageType type, WebSocketCloseStatus status, string reason)
    {
        using var pair = await SocketPair.OpenAsync(Cancel);
        await using var server = new FrameSocket(pair.Server, TimeProvider.System);
        await pair.Client.SendAsync("{\"type\":\"register\"}"u8.ToArray(), type, true, Cancel);

        var closed = ReadCloseAsync(pair.Client);
        (await server.ReceiveAsync(Cancel)).ShouldBeNull();

        (await closed).ShouldBe((status, reason));
    }

    [Fact]
    public async Task LengthThatLies_ClosesWithAReason()
    {
        using var pair = await SocketPair.OpenAsync(Cancel);
        await using var server = new FrameSocket(pair.Server, TimeProvider.System);
        byte[] twoGigabytesAnnounced = [0x0A, 0xFF, 0xFF, 0xFF, 0xFF, 0x07, 1, 2, 3];
        await pair.Client.SendAsync(twoGigabytesAnnounced, WebSocketMessageType.Binary, true, Cancel);

        var closed = ReadCloseAsync(pair.Client);
        (await server.ReceiveAsync(Cancel)).ShouldBeNull();

        (await closed).Item1.ShouldBe(WebSocketCloseStatus.InvalidPayloadData);
    }

    [Fact]
    public async Task GoodbyeOfThePeer_IsTold()
    {
        using var pair = await SocketPair.OpenAsync(Cancel);
        await using var server = new FrameSocket(pair.Server, TimeProvider.System);
        await pair.Client.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, "going to sleep", Cancel);

        (await server.ReceiveAsync(Cancel)).ShouldBeNull();

        server.End.ShouldBe(new LinkEnd(LinkEndReason.PeerClosed, "The other side closed the connection: going to sleep"));
    }

    [Fact]
    public void FrameBody_TooLargeToBeDelivered_IsRefusedAtOnce()
    {
        var error = Should.Throw<ArgumentException>(() => FrameBody.Encode(new Frame { Notice = new Notice { Text = new string('x', 800_000) } }));

        error.Message.ShouldContain("too large for the link");
    }

    private static async Task<(WebSocketCloseStatus?, string?)> ReadCloseAsync(WebSocket socket)
    {
        var buffer = new byte[1024];
        while ((await socket.ReceiveAsync(buffer.AsMemory(), Cancel)).MessageType != WebSocketMessageType.Close)
        {
        }

        await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, "", Cancel);
        return (socket.CloseStatus, socket.CloseStatusDescription);
    }
}
