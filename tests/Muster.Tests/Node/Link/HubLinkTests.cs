using Muster.Node.Link;
using Muster.Protocol.Link;
using Muster.Protocol.Wire;
using Muster.Storage.Lanes;
using Muster.Testing;
using Shouldly;
using Xunit;

namespace Muster.Tests.Node.Link;

public sealed class HubLinkTests : LinkFixture
{
    [Fact]
    public async Task Link_Opens_SaysWhoItIs()
    {
        var link = Start(LinkOptions(), out _);

        var online = await UntilAsync(LinkStatus.Online);
        var hello = await Hub.Hellos.Reader.ReadAsync(Cancel);

        online.NodeName.ShouldBe("nas");
        link.State.Status.ShouldBe(LinkStatus.Online);
        hello.NodeId.ShouldBe("nod_1");
        hello.MachineId.ShouldBe(Identity.MachineId);
        hello.BootId.ShouldBe(Identity.BootId);
        hello.Runs.ShouldBe(["run_1"]);
        hello.Facts.Name.ShouldBe("nas");
    }

    [Fact]
    public async Task FramesEnqueuedOffline_ArriveOnceOnline_InOrder()
    {
        var link = new HubLink(LinkOptions());
        for (var number = 0; number < 20; number++)
        {
            await NodeStore.WriteAsync(tx => link.Enqueue(tx, Lane.Chat, Note($"{number}")), Cancel);
        }

        Start(LinkOptions(), out _);

        (await SeenAsync(HubStore, 20)).ShouldBe(Enumerable.Range(0, 20).Select(number => $"{number}"));
    }

    [Fact]
    public async Task HubsFrames_RunTheirHandlers_InTheTransaction()
    {
        Handlers.On(Frame.BodyOneofCase.Notice, (tx, frame) =>
            tx.Execute("insert into seen (lane, text) values (@lane, @text)", new { lane = frame.Lane, text = frame.Notice.Text }));
        Start(LinkOptions(), out _);
        await UntilAsync(LinkStatus.Online);

        await Hub.SendAsync(Lane.Chat, Note("a"));
        await Hub.SendAsync(Lane.Chat, Note("b"));

        (await SeenAsync(NodeStore, 2)).ShouldBe(["a", "b"]);
    }

    [Fact]
    public async Task HandlerThatFails_IsRefused_AndTheLaneGoesOn()
    {
        Handlers.On(Frame.BodyOneofCase.Notice, (tx, frame) =>
        {
            tx.Execute("insert into seen (text) values (@text)", new { text = frame.Notice.Text });
            if (frame.Notice.Text == "bad")
            {
                throw new InvalidOperationException();
            }
        });
        await Hub.SendAsync(Lane.Chat, Note("a"));
        await Hub.SendAsync(Lane.Chat, Note("bad"));
        await Hub.SendAsync(Lane.Chat, new Frame { Forward = new Forward() });
        await Hub.SendAsync(Lane.Chat, Note("b"));

        Start(LinkOptions(), out _);

        (await SeenAsync(NodeStore, 2)).ShouldBe(["a", "b"]);
        var refused = new[] { await Hub.Unsupported.Reader.ReadAsync(Cancel), await Hub.Unsupported.Reader.ReadAsync(Cancel) };
        refused.OrderBy(one => one.Sequence).Select(one => $"{one.Sequence} {one.Body}").ShouldBe(["2 Notice", "3 Forward"]);
    }

    [Fact]
    public async Task VolatileFrames_PassOnlyWhileOnline()
    {
        var link = Start(LinkOptions(), out _);
        new HubLink(LinkOptions()).TrySendVolatile(Note("nobody hears")).ShouldBeFalse();
        await UntilAsync(LinkStatus.Online);

        link.TrySendVolatile(Note("heard")).ShouldBeTrue();

        Frame frame;
        do
        {
            frame = await Hub.Volatile.Reader.ReadAsync(Cancel);
        }
        while (frame.BodyCase != Frame.BodyOneofCase.Notice);
        frame.Notice.Text.ShouldBe("heard");
    }

    [Fact]
    public async Task UnknownNode_IsToldToJoinAgain_AndTriesSlowly()
    {
        Hub.Status = 401;
        Start(LinkOptions() with { RefusedRetry = TimeSpan.FromMilliseconds(1) }, out _);

        (await UntilAsync(LinkStatus.Refused)).Sentence.ShouldBe("The hub does not know this node (revoked or removed?): run muster node join again.");
        Hub.Status = 200;
        await UntilAsync(LinkStatus.Online);
    }

    [Fact]
    public async Task Refusal_WithoutRetry_EndsTheLinkWithTheHubsSentence()
    {
        Hub.Refusal = new Refused { Code = "duplicate_machine", Message = "Another machine uses this credential.", Retry = false };

        var link = Start(LinkOptions(), out var ended);
        await ended.WaitAsync(Cancel);

        link.State.Status.ShouldBe(LinkStatus.Refused);
        link.State.Sentence.ShouldBe("Another machine uses this credential.");
    }

    [Fact]
    public async Task WrongKey_IsRefused()
    {
        Start(LinkOptions() with { Identity = Identity with { PrivateKey = NodeIdentity.NewKey().PrivateKey } }, out var ended);
        await ended.WaitAsync(Cancel);

        (await UntilAsync(LinkStatus.Refused)).Sentence.ShouldBe("Wrong key.");
    }

    [Theory]
    [InlineData("http://192.0.2.1:5000", "is not https")]
    [InlineData("ftp://hub", "is not an http or https address")]
    public async Task UnsafeAddress_IsRefusedWithASentence(string url, string sentence)
    {
        Start(LinkOptions() with { Identity = Identity with { HubUrl = url } }, out _);

        (await UntilAsync(LinkStatus.Refused)).Sentence.ShouldContain(sentence);
    }

    [Fact]
    public async Task HubThatIsNotThere_IsNamed()
    {
        Start(LinkOptions() with { Identity = Identity with { HubUrl = "http://127.0.0.1:1" } }, out _);

        (await UntilAsync(LinkStatus.Connecting)).Sentence.ShouldContain("http://127.0.0.1:1 cannot be reached");
    }

    [Fact]
    public async Task HubThatLostItsStore_IsToldEverythingAnew()
    {
        var options = LinkOptions();
        HubLink link = null!;
        link = Start(options with { OnReconcile = tx => link.Enqueue(tx, Lane.Control, Note("from state")) }, out _);
        await UntilAsync(LinkStatus.Online);
        await NodeStore.WriteAsync(tx => link.Enqueue(tx, Lane.Chat, Note("before")), Cancel);
        await SeenAsync(HubStore, 1);
        await Eventually.TrueAsync(async () => (await new LaneStore(NodeStore).CountAsync("hub", Cancel)).Frames == 0, Cancel);

        await HubStore.WriteAsync(tx => new LaneStore(HubStore).Remove(tx, "node"), Cancel);
        Hub.CloseLink(new LinkEnd(LinkEndReason.Cancelled, "The hub restarts."));

        (await SeenAsync(HubStore, 2)).ShouldBe(["before", "from state"]);
        await NodeStore.WriteAsync(tx => link.Enqueue(tx, Lane.Chat, Note("after")), Cancel);
        (await SeenAsync(HubStore, 3)).ShouldBe(["before", "from state", "after"]);
    }
}
