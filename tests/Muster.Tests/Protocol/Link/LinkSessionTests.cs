using Muster.Protocol.Link;
using Muster.Protocol.Wire;
using Muster.Testing;
using Shouldly;
using Xunit;

namespace Muster.Tests.Protocol.Link;

public sealed class LinkSessionTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static Frame Note(int number) => new() { Notice = new Notice { Text = $"{number}" } };

    [Fact]
    public async Task ReliableFrames_OfAllLanes_AreAppliedInOrderAndForgotten()
    {
        using var pair = await SocketPair.OpenAsync(Cancel);
        await using var hub = new SessionEnd(pair.Server);
        await using var node = new SessionEnd(pair.Client);

        for (var number = 1; number <= 3000; number++)
        {
            node.Send((Lane)(1 + (number % 3)), Note(number));
        }

        var seen = new Dictionary<Lane, List<ulong>> { [Lane.Control] = [], [Lane.Chat] = [], [Lane.Pool] = [] };
        for (var count = 0; count < 3000; count++)
        {
            var (lane, frame) = await hub.Applied.Reader.ReadAsync(Cancel);
            seen[lane].Add(frame.Sequence);
        }

        foreach (var (lane, numbers) in seen)
        {
            numbers.ShouldBe(Enumerable.Range(1, 1000).Select(number => (ulong)number));
            await Until(() => node.Outbox.Forgotten(lane) == 1000);
        }
    }

    [Fact]
    public async Task VolatileFrames_GoBothWays()
    {
        using var pair = await SocketPair.OpenAsync(Cancel);
        await using var hub = new SessionEnd(pair.Server);
        await using var node = new SessionEnd(pair.Client);

        hub.Session.TrySend(new Frame { Credit = new Credit { Attempts = 3 } }).ShouldBeTrue();
        node.Session.TrySend(new Frame { RunEvent = new RunEvent { Json = "{}" } }).ShouldBeTrue();

        (await node.NextVolatileAsync(Frame.BodyOneofCase.Credit, Cancel)).Credit.Attempts.ShouldBe(3U);
        (await hub.NextVolatileAsync(Frame.BodyOneofCase.RunEvent, Cancel)).RunEvent.Json.ShouldBe("{}");
        await hub.NextVolatileAsync(Frame.BodyOneofCase.Heartbeat, Cancel);
    }

    [Fact]
    public async Task SlowLane_DoesNotHoldTheOthers()
    {
        using var pair = await SocketPair.OpenAsync(Cancel);
        var blocked = new TaskCompletionSource();
        var chat = new TaskCompletionSource();
        await using var hub = new SessionEnd(pair.Server, change: options => options with
        {
            Apply = async (lane, frames, cancel) =>
            {
                if (lane == Lane.Pool)
                {
                    await blocked.Task.WaitAsync(cancel);
                }
                else
                {
                    chat.TrySetResult();
                }
            },
        });
        await using var node = new SessionEnd(pair.Client);

        for (var number = 0; number < 5000; number++)
        {
            node.Send(Lane.Pool, Note(number));
        }

        node.Send(Lane.Chat, Note(1));
        await chat.Task.WaitAsync(Cancel);
        blocked.SetResult();
        await Until(() => node.Outbox.Forgotten(Lane.Pool) == 5000);
    }

    [Fact]
    public async Task UnknownFrames_VolatileIsCounted_ReliableIsAnsweredAndPassed()
    {
        using var pair = await SocketPair.OpenAsync(Cancel);
        await using var hub = new SessionEnd(pair.Server);
        await using var node = new SessionEnd(pair.Client);
        byte[] unknown = [0xFA, 0x3F, 2, (byte)'h', (byte)'i']; // field 1023, not in this version

        node.Outbox.Add(Lane.Chat, unknown);
        node.Send(Lane.Chat, Note(2));
        node.Session.TrySend(Frame.Parser.ParseFrom(unknown)).ShouldBeTrue();

        (await node.Unsupported.Reader.ReadAsync(Cancel)).ShouldBe((Lane.Chat, 1UL, "unknown"));
        (await hub.Applied.Reader.ReadAsync(Cancel)).Frame.BodyCase.ShouldBe(Frame.BodyOneofCase.None);
        (await hub.Applied.Reader.ReadAsync(Cancel)).Frame.Notice.Text.ShouldBe("2");
        await Until(() => node.Outbox.Forgotten(Lane.Chat) == 2 && hub.Session.UnknownIgnored == 1);
    }

    [Fact]
    public async Task VolatileFrame_OfAFeatureThePeerDidNotName_IsNotSent()
    {
        using var pair = await SocketPair.OpenAsync(Cancel);
        await using var hub = new SessionEnd(pair.Server);
        await using var node = new SessionEnd(
            pair.Client, change: options => options with { PeerFeatures = new HashSet<string> { LinkFeatures.Runs } });

        node.Session.TrySend(new Frame { Notice = new Notice() }).ShouldBeFalse();
        node.Session.TrySend(new Frame { RunEvent = new RunEvent() }).ShouldBeTrue();
        node.Session.VolatileDropped.ShouldBe(1);
    }

    [Fact]
    public async Task FramesSentTwice_AreAppliedOnceAndAcknowledgedAgain()
    {
        using var pair = await SocketPair.OpenAsync(Cancel);
        await using var hub = new SessionEnd(pair.Server);
        await using var raw = new FrameSocket(pair.Client, TimeProvider.System);

        var first = Note(1);
        (first.Lane, first.Sequence) = (2, 1);
        await raw.SendAsync(first, Cancel);
        (await NextAcknowledgeAsync(raw)).ShouldBe((2U, 1UL));
        await raw.SendAsync(first, Cancel);
        (await NextAcknowledgeAsync(raw)).ShouldBe((2U, 1UL));

        hub.Applied.Reader.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData(2, 2)]
    [InlineData(9, 1)]
    public async Task FrameOutOfOrder_OrOfNoLane_EndsTheLink(uint lane, ulong sequence)
    {
        using var pair = await SocketPair.OpenAsync(Cancel);
        await using var hub = new SessionEnd(pair.Server);
        await using var raw = new FrameSocket(pair.Client, TimeProvider.System);
        var frame = Note(1);
        (frame.Lane, frame.Sequence) = (lane, sequence);

        await raw.SendAsync(frame, Cancel);

        (await hub.Ended.WaitAsync(Cancel)).Reason.ShouldBe(LinkEndReason.ProtocolError);
        await ReadToEndAsync(raw);
        raw.End!.Message.ShouldContain("broke the protocol");
    }

    [Fact]
    public async Task AcknowledgementOfWhatWasNeverSent_EndsTheLink()
    {
        using var pair = await SocketPair.OpenAsync(Cancel);
        await using var hub = new SessionEnd(pair.Server);
        await using var raw = new FrameSocket(pair.Client, TimeProvider.System);

        await raw.SendAsync(new Frame { Acknowledge = new Acknowledge { Lane = 1, Sequence = 5 } }, Cancel);

        (await hub.Ended.WaitAsync(Cancel)).Message.ShouldContain("acknowledged and never sent");
    }

    [Fact]
    public async Task ApplyThatFails_EndsTheLinkWithItsSentence()
    {
        using var pair = await SocketPair.OpenAsync(Cancel);
        await using var hub = new SessionEnd(
            pair.Server, change: options => options with { Apply = (_, _, _) => throw new InvalidOperationException("The disk is full.") });
        await using var node = new SessionEnd(pair.Client);

        node.Send(Lane.Chat, Note(1));

        (await hub.Ended.WaitAsync(Cancel)).ShouldBe(new LinkEnd(LinkEndReason.Failed, "The disk is full."));
        (await node.Ended.WaitAsync(Cancel)).Message.ShouldContain("The disk is full.");
        node.Outbox.Forgotten(Lane.Chat).ShouldBe(0UL);
    }

    [Fact]
    public async Task ClosedByItsOwner_TellsThePeerWhy()
    {
        using var pair = await SocketPair.OpenAsync(Cancel);
        await using var hub = new SessionEnd(pair.Server);
        await using var node = new SessionEnd(pair.Client);
        await hub.NextVolatileAsync(Frame.BodyOneofCase.Heartbeat, Cancel);

        hub.Session.Close(new LinkEnd(LinkEndReason.Replaced, "Another connection of this node took over."));

        (await node.Ended.WaitAsync(Cancel)).ShouldBe(
            new LinkEnd(LinkEndReason.PeerClosed, "The other side closed the connection: Another connection of this node took over."));
    }

    [Fact]
    public async Task SilentPeer_IsDroppedAfterFifteenSeconds()
    {
        var time = new FakeTime();
        using var pair = await SocketPair.OpenAsync(Cancel);
        await using var hub = new SessionEnd(pair.Server, time);
        await using var raw = new FrameSocket(pair.Client, TimeProvider.System);

        time.Advance(TimeSpan.FromSeconds(10));
        await raw.SendAsync(new Frame { Heartbeat = new Heartbeat() }, Cancel);
        await hub.NextVolatileAsync(Frame.BodyOneofCase.Heartbeat, Cancel);
        time.Advance(TimeSpan.FromSeconds(10));
        hub.Ended.IsCompleted.ShouldBeFalse();
        time.Advance(TimeSpan.FromSeconds(6));

        (await hub.Ended.WaitAsync(Cancel)).Reason.ShouldBe(LinkEndReason.Silent);
    }

    [Fact]
    public async Task PeerThatReadsNothing_IsDroppedThoughItSpeaks()
    {
        var time = new FakeTime();
        using var pair = await SocketPair.OpenAsync(Cancel);
        await using var hub = new SessionEnd(pair.Server, time);
        await using var raw = new FrameSocket(pair.Client, TimeProvider.System);
        for (var number = 0; number < 1000; number++)
        {
            hub.Send(Lane.Pool, new Frame { Notice = new Notice { Text = new string('x', 60_000) } });
        }

        for (var second = 0; second < 600 && !hub.Ended.IsCompleted; second++)
        {
            await raw.SendAsync(new Frame { Heartbeat = new Heartbeat() }, Cancel).AsTask().ContinueWith(_ => { }, TaskScheduler.Default); // it may be cut by now
            await Task.WhenAny(hub.NextVolatileAsync(Frame.BodyOneofCase.Heartbeat, Cancel), hub.Ended);
            time.Advance(TimeSpan.FromSeconds(1));
        }

        (await hub.Ended.WaitAsync(TimeSpan.FromSeconds(30), Cancel)).Reason.ShouldBe(LinkEndReason.Silent);
    }

    [Fact]
    public async Task ConnectionCut_EndsBothWithLost()
    {
        using var pair = await SocketPair.OpenAsync(Cancel);
        await using var hub = new SessionEnd(pair.Server);
        await using var node = new SessionEnd(pair.Client);

        pair.Cut();

        (await hub.Ended.WaitAsync(Cancel)).Reason.ShouldBe(LinkEndReason.Lost);
        (await node.Ended.WaitAsync(Cancel)).Reason.ShouldBe(LinkEndReason.Lost);
    }

    private static async Task<(uint, ulong)> NextAcknowledgeAsync(FrameSocket socket)
    {
        while (await socket.ReceiveAsync(Cancel) is { } frames)
        {
            if (frames.FirstOrDefault(frame => frame.BodyCase == Frame.BodyOneofCase.Acknowledge) is { } found)
            {
                return (found.Acknowledge.Lane, found.Acknowledge.Sequence);
            }
        }

        throw new InvalidOperationException(socket.End!.Message);
    }

    private static async Task ReadToEndAsync(FrameSocket socket)
    {
        while (await socket.ReceiveAsync(Cancel) is not null)
        {
        }
    }

    private static Task Until(Func<bool> condition) => Eventually.TrueAsync(condition, Cancel);
}
