using System.Net;
using Muster.Hub.Fleet;
using Muster.Node.Link;
using Muster.Protocol.Wire;
using Muster.Testing;
using Muster.Testing.Hub;
using Shouldly;
using Xunit;

namespace Muster.Tests.Hub.Fleet;

public sealed class MusterLinkTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private readonly CancellationTokenSource _deadline = new(TimeSpan.FromSeconds(40), TimeProvider.System);
    private FleetHost _hub = null!;

    private CancellationToken Cancel => _deadline.Token;

    public async ValueTask InitializeAsync() => _hub = await FleetHost.StartAsync(_folder, new FleetOptions
    {
        DisconnectGrace = TimeSpan.FromMilliseconds(200),
        Tick = TimeSpan.FromMilliseconds(50),
    });

    public async ValueTask DisposeAsync()
    {
        await _hub.DisposeAsync();
        _folder.Dispose();
        _deadline.Dispose();
    }

    [Fact]
    public async Task Node_ThatJoined_IsOnlineAndFramesFlowBothWays()
    {
        await using var node = await ScriptedNode.StartAsync(await _hub.JoinAsync("nas"), _folder.Path, Echo);
        var online = await _hub.UntilAsync(NodeChange.Connected, Cancel);
        online.Name.ShouldBe("nas");
        online.Facts.Capabilities.ShouldBe(["shell", "files"]);

        var forward = FleetHost.Forward("hello");
        await _hub.SendAsync(node.Id, new Frame { Forward = forward });

        var answer = await _hub.NextEventAsync(Cancel);
        answer.RunId.ShouldBe(forward.RunId);
        answer.Json.ShouldBe("\"hello\"");
    }

    [Fact]
    public async Task Node_WhoseCredentialIsWrong_Gets401AndNothingElse()
    {
        var identity = await _hub.JoinAsync("nas");
        using var client = new HttpClient { BaseAddress = _hub.Url };
        foreach (var bearer in new[] { $"{identity.NodeId}.wrong", "nod_00000000000000000000000000.wrong", "", "x" })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/ws/node");
            request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {bearer}");
            request.Headers.Connection.Add("Upgrade");
            request.Headers.Upgrade.Add(new("websocket"));
            request.Headers.Add("Sec-WebSocket-Version", "13");
            request.Headers.Add("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==");
            request.Headers.Add("Sec-WebSocket-Protocol", "muster.v1");
            using var answer = await client.SendAsync(request, Cancel);
            answer.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
            (await answer.Content.ReadAsStringAsync(Cancel)).ShouldNotContain("nas");
        }
    }

    [Fact]
    public async Task Node_WithAnotherKey_IsRefused()
    {
        var identity = await _hub.JoinAsync("nas");
        await using var node = await ScriptedNode.StartAsync(identity with { PrivateKey = NodeIdentity.NewKey().PrivateKey }, _folder.Path);

        (await node.UntilAsync(LinkStatus.Refused, Cancel)).Sentence.ShouldContain("muster node join");

        _hub.Nodes.FindByName("NAS")!.Online.ShouldBeFalse();
    }

    [Fact]
    public async Task Remove_OfAConnectedNode_CutsItsLinkAndTheNextConnectIsRefused()
    {
        await using var node = await ScriptedNode.StartAsync(await _hub.JoinAsync("nas"), _folder.Path);
        await node.UntilAsync(LinkStatus.Online, Cancel);
        using var client = _hub.Client();

        (await client.DeleteAsync($"/api/v1/nodes/{node.Id}", Cancel)).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        var state = await node.UntilAsync(LinkStatus.Connecting, Cancel);

        state.Sentence.ShouldContain("removed");
        (await node.UntilAsync(LinkStatus.Refused, Cancel)).Sentence.ShouldContain("muster node join");
        _hub.Nodes.FindByName("nas").ShouldBeNull();
    }

    [Fact]
    public async Task Credential_OnTwoMachines_RefusesTheNewerAndTellsTheOwner()
    {
        var identity = await _hub.JoinAsync("nas");
        await using var first = await ScriptedNode.StartAsync(identity, _folder.Path);
        await first.UntilAsync(LinkStatus.Online, Cancel);
        using var elsewhere = new TemporaryFolder();
        await using var second = await ScriptedNode.StartAsync(identity with { MachineId = NodeIdentity.NewMachineId() }, elsewhere.Path);

        (await second.UntilAsync(LinkStatus.Refused, Cancel)).Sentence.ShouldContain("same credential");
        (await first.ReceiveAsync(Cancel)).Notice.Kind.ShouldBe("duplicate_machine");
        var notice = await _hub.Notices.Reader.ReadAsync(Cancel);
        notice.User.ShouldBe(FleetHost.Ann);
        notice.Text.ShouldContain("nas");
        first.State.Status.ShouldBe(LinkStatus.Online);
    }

    [Fact]
    public async Task Home_CopiedToAnotherMachine_IsFoundWhenTheFirstComesBack()
    {
        var identity = await _hub.JoinAsync("nas");
        await using var first = await ScriptedNode.StartAsync(identity, _folder.Path);
        await first.UntilAsync(LinkStatus.Online, Cancel);
        using var elsewhere = new TemporaryFolder();
        await using var copy = await ScriptedNode.StartAsync(identity with { BootId = NodeIdentity.NewMachineId() }, elsewhere.Path);
        await copy.UntilAsync(LinkStatus.Online, Cancel);

        (await first.UntilAsync(LinkStatus.Refused, Cancel)).Sentence.ShouldContain("same credential");

        (await _hub.Notices.Reader.ReadAsync(Cancel)).Kind.ShouldBe("duplicate_machine");
    }

    [Fact]
    public async Task Frame_ThatIsNotForANodeToSend_IsRefusedAndCountedAndTheNextStillApplied()
    {
        await using var node = await ScriptedNode.StartAsync(await _hub.JoinAsync("nas"), _folder.Path);
        var forward = FleetHost.Forward("x");

        await node.SayAsync(new Frame { Forward = forward }, new Frame { HubCall = new HubCall { CallId = "1" } }, ScriptedNode.Event(forward, "agent_start", "{}"));

        (await _hub.NextEventAsync(Cancel)).RunId.ShouldBe(forward.RunId);
        _hub.Nodes.Counters.FramesRefused.ShouldBe(2);
    }

    private static void Echo(ScriptedNode node, Muster.Storage.Transaction tx, Frame frame) =>
        node.Say(tx, ScriptedNode.Event(frame.Forward, "message_end", $"\"{frame.Forward.Text}\""));
}
