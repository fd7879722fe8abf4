using Muster.Hub.Fleet;
using Muster.Node.Link;
using Muster.Protocol.Wire;
using Muster.Testing;
using Muster.Testing.Hub;
using Shouldly;
using Xunit;

namespace Muster.Tests.Hub.Fleet;

public sealed class PostgresFleetRecoveryTests : FleetRecoveryTests
{
    protected override HubEngine? Engine => OnPostgres.Engine;
}

public class FleetRecoveryTests : IAsyncLifetime
{
    private static readonly FleetOptions Options = new() { DisconnectGrace = TimeSpan.FromMilliseconds(300), Tick = TimeSpan.FromMilliseconds(50) };

    private readonly TemporaryFolder _folder = new();
    private readonly CancellationTokenSource _deadline = new(TimeSpan.FromSeconds(60), TimeProvider.System);
    private FleetHost _hub = null!;

    private CancellationToken Cancel => _deadline.Token;

    /// <summary>Null is the one that the test run is for.</summary>
    protected virtual HubEngine? Engine => null;

    public async ValueTask InitializeAsync() => _hub = await FleetHost.StartAsync(_folder, Options, engine: Engine);

    public async ValueTask DisposeAsync()
    {
        if (_hub is not null)
        {
            await _hub.DisposeAsync();
        }

        _folder.Dispose();
        _deadline.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Node_ThatWasKilled_IsAnnouncedAndGetsWhatWaitedOnceWhenItIsBack()
    {
        var identity = await _hub.JoinAsync("nas");
        var relay = new TcpRelay(_hub.Url.Port);
        var node = await ScriptedNode.StartAsync(identity with { HubUrl = $"http://127.0.0.1:{relay.Port}" }, _folder.Path);
        await _hub.UntilAsync(NodeChange.Connected, Cancel);

        await relay.DisposeAsync();
        (await _hub.UntilAsync(NodeChange.Disconnected, Cancel)).Online.ShouldBeFalse();
        await node.DisposeAsync();
        var forwards = Enumerable.Range(0, 20).Select(i => FleetHost.Forward($"{i}")).ToList();
        foreach (var forward in forwards)
        {
            await _hub.SendAsync(node.Id, new Frame { Forward = forward });
        }

        await using var back = await ScriptedNode.StartAsync(identity, _folder.Path);
        (await _hub.UntilAsync(NodeChange.Reconnected, Cancel)).Online.ShouldBeTrue();
        await _hub.SendAsync(node.Id, new Frame { Stop = new Stop { StopId = "last" } });

        foreach (var forward in forwards)
        {
            (await back.ReceiveAsync(Cancel)).Forward.RunId.ShouldBe(forward.RunId);
        }

        (await back.ReceiveAsync(Cancel)).Stop.StopId.ShouldBe("last");
    }

    [Fact]
    public async Task Link_ThatComesRightBack_IsNotAnnounced()
    {
        await _hub.DisposeAsync();
        _hub = await FleetHost.StartAsync(_folder, Options with { DisconnectGrace = TimeSpan.FromSeconds(30) }, engine: Engine);
        await using var relay = new TcpRelay(_hub.Url.Port);
        var identity = await _hub.JoinAsync("nas");
        await using var node = await ScriptedNode.StartAsync(identity with { HubUrl = $"http://127.0.0.1:{relay.Port}" }, _folder.Path);
        await _hub.UntilAsync(NodeChange.Connected, Cancel);
        await node.UntilAsync(LinkStatus.Online, Cancel);

        relay.Cut();
        await node.UntilAsync(LinkStatus.Online, Cancel);

        await _hub.UntilAsync(NodeChange.Updated, Cancel);
        _hub.Nodes.FindByName("nas")!.Online.ShouldBeTrue();
    }

    [Fact]
    public async Task Hub_RestartedWithFramesInFlight_LosesAndRepeatsNothing()
    {
        var port = _hub.Url.Port;
        await using var node = await ScriptedNode.StartAsync(await _hub.JoinAsync("nas"), _folder.Path, Echo);
        await _hub.UntilAsync(NodeChange.Connected, Cancel);
        var sent = new List<string>();
        var heard = new List<string>();
        for (var i = 0; i < 200; i++)
        {
            sent.Add(await ForwardAsync(node, i));
        }

        await _hub.DisposeAsync();
        Hear(heard);
        _hub = await FleetHost.StartAsync(_folder, Options, port, engine: Engine);
        _hub.Nodes.FindByName("nas").ShouldNotBeNull();
        for (var i = 200; i < 220; i++)
        {
            sent.Add(await ForwardAsync(node, i));
        }

        while (heard.Count < sent.Count)
        {
            heard.Add((await _hub.NextEventAsync(Cancel)).RunId);
        }

        heard.ShouldBe(sent);
    }

    [Fact]
    public async Task Connected_WhileTheEndOfARunIsOnItsWay_IsToldAfterThatEnd()
    {
        var identity = await _hub.JoinAsync("nas");
        var port = _hub.Url.Port;
        await using var node = await ScriptedNode.StartAsync(identity, _folder.Path);
        await _hub.UntilAsync(NodeChange.Connected, Cancel);
        (await _hub.Held.Reader.ReadAsync(Cancel)).Runs.ShouldBeEmpty();
        await _hub.DisposeAsync();
        var (ended, held, waiting) = (FleetHost.Forward("ended"), FleetHost.Forward("held"), FleetHost.Forward("waiting"));
        await node.SayAsync(ScriptedNode.Event(ended, "agent_end", "{}"));
        node.Hold(held.RunId);

        _hub = await FleetHost.StartAsync(_folder, Options, port, engine: Engine);
        await _hub.SendAsync(node.Id, new Frame { Forward = waiting });
        var told = await _hub.Held.Reader.ReadAsync(Cancel);

        told.Runs.ShouldBe(new[] { held.RunId, waiting.RunId }.Order(StringComparer.Ordinal));
        _hub.Handled.Reader.TryRead(out var first).ShouldBeTrue();
        first.Frame.RunEvent.RunId.ShouldBe(ended.RunId);
    }

    private void Hear(List<string> heard)
    {
        while (_hub.Handled.Reader.TryRead(out var handled))
        {
            heard.Add(handled.Frame.RunEvent.RunId);
        }
    }

    private async Task<string> ForwardAsync(ScriptedNode node, int number)
    {
        var forward = FleetHost.Forward($"{number}");
        await _hub.SendAsync(node.Id, new Frame { Forward = forward });
        return forward.RunId;
    }

    private static void Echo(ScriptedNode node, Muster.Storage.Transaction tx, Frame frame) =>
        node.Say(tx, ScriptedNode.Event(frame.Forward, "message_end", "{}"));
}
