using Muster.Node.Link;
using Muster.Protocol.Link;
using Muster.Protocol.Wire;
using Muster.Testing;
using Shouldly;
using Xunit;

namespace Muster.Tests.Node.Link;

public sealed class TornLinkTests : LinkFixture
{
    private const int Frames = 1200;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task LinkCutAtAnyMoment_LosesNothing_AndAppliesNothingTwice(int seed)
    {
        var random = new Random(seed);
        Handlers.On(Frame.BodyOneofCase.Notice, (tx, frame) =>
            tx.Execute("insert into seen (lane, text) values (@lane, @text)", new { lane = frame.Lane, text = frame.Notice.Text }));
        await using var relay = new TcpRelay(Hub.Port);
        var link = Start(LinkOptions() with { Identity = Identity with { HubUrl = $"http://127.0.0.1:{relay.Port}" } }, out _);
        await UntilAsync(LinkStatus.Online);
        var cuts = 0;
        var sent = Task.Run(
            async () =>
            {
                for (var number = 0; number < Frames; number++)
                {
                    var lane = (Lane)(1 + (number % 3));
                    var note = Note($"{number} {new string('x', number % 700)}");
                    await NodeStore.WriteAsync(tx => link.Enqueue(tx, lane, note.Clone()), Cancel);
                    await Hub.SendAsync(lane, note.Clone());
                }
            },
            Cancel);

        while (!sent.IsCompleted && cuts < 12)
        {
            relay.CutAfter(random.Next(1, 60_000));
            await Task.WhenAny(UntilAsync(LinkStatus.Connecting), sent);
            link.NetworkAvailable();
            cuts++;
        }

        relay.CutAfter(long.MaxValue);
        await sent;
        await ShouldHaveAllAsync(HubStore);
        await ShouldHaveAllAsync(NodeStore);
        cuts.ShouldBeGreaterThan(2);
    }

    private static async Task ShouldHaveAllAsync(Muster.Storage.Database store)
    {
        await SeenAsync(store, Frames);
        for (var lane = 1; lane <= 3; lane++)
        {
            var expected = Enumerable.Range(0, Frames).Where(number => 1 + (number % 3) == lane);
            (await SeenAsync(store, 0, $"lane = {lane}")).Select(text => int.Parse(text.Split(' ')[0])).ShouldBe(expected);
        }
    }
}
