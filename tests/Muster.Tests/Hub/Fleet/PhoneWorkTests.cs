using System.Net.WebSockets;
using System.Text.Json;
using System.Text.Json.Nodes;
using Muster.Hub.Fleet;
using Muster.Hub.Fleet.PhoneWork;
using Muster.Protocol.Wire;
using Muster.Testing;
using Muster.Testing.Hub;
using Shouldly;
using Xunit;

namespace Muster.Tests.Hub.Fleet;

public sealed class PhoneWorkTests : IAsyncLifetime
{
    private const string Secret = "a secret of some length";

    private readonly TemporaryFolder _folder = new();
    private readonly CancellationTokenSource _deadline = new(TimeSpan.FromSeconds(30), TimeProvider.System);
    private FleetHost _hub = null!;

    private CancellationToken Cancel => _deadline.Token;

    public async ValueTask InitializeAsync() => _hub = await StartAsync(new PhoneWorkOptions { Secret = Secret });

    public async ValueTask DisposeAsync()
    {
        await _hub.DisposeAsync();
        _folder.Dispose();
        _deadline.Dispose();
    }

    [Fact]
    public async Task Client_ThatRegisters_IsRoutedToAndAnswers()
    {
        await using var client = await RegisterAsync("home-pc", "ou_ann", "bob");
        var online = await _hub.UntilAsync(NodeChange.Connected, Cancel);
        online.Dialect.ShouldBe(NodeDialect.PhoneWork);
        online.Users.ShouldBe([FleetHost.Ann]);
        online.Facts.Capabilities.ShouldBe(["coding_sessions", "shell", "files", "web"]);

        var forward = await ForwardAsync("is the backup done?");
        var asked = await client.ReceiveAsync("forward", Cancel);
        ((string?)asked["id"]).ShouldBe(forward.RunId);
        ((string?)asked["user_id"]).ShouldBe("ann");
        ((string?)asked["chat_id"]).ShouldBe(forward.ConversationId);
        ((string?)asked["text"]).ShouldBe("is the backup done?");
        await client.AnswerAsync(forward.RunId, "yes", Cancel);

        var events = await EventsAsync(5);
        events.Select(happened => happened.Name).ShouldBe(["agent_start", "turn_start", "message_end", "turn_end", "agent_end"]);
        Data(events[2]).GetProperty("message").GetProperty("content")[0].GetProperty("text").GetString().ShouldBe("yes");
        Data(events[4]).GetProperty("outcome").GetString().ShouldBe("completed");
    }

    [Fact]
    public async Task Error_OfTheNode_EndsTheRunWithIt()
    {
        await using var client = await RegisterAsync("home-pc", "ann");
        var forward = await ForwardAsync("x");
        await client.ReceiveAsync("forward", Cancel);

        await client.AnswerAsync(forward.RunId, "", Cancel, "the model is down");

        (await EndAsync()).ShouldBe(("failed", "the model is down"));
    }

    [Fact]
    public async Task Steer_WhileTheNodeWorks_IsForwardedAfterTheFirstAnswer()
    {
        await using var client = await RegisterAsync("home-pc", "ann");
        var forward = await ForwardAsync("first");
        await client.ReceiveAsync("forward", Cancel);
        await _hub.SendAsync(Node.Id.ToString(), new Frame { Steer = new Steer { RunId = forward.RunId, MessageId = "msg_2", Text = "second" } });

        await client.AnswerAsync(forward.RunId, "one", Cancel);
        var asked = await client.ReceiveAsync("forward", Cancel);
        ((string?)asked["text"]).ShouldBe("second");
        await client.AnswerAsync((string)asked["id"]!, "two", Cancel);

        (await EventsAsync(8)).Select(happened => happened.Name).ShouldBe(
            ["agent_start", "turn_start", "message_end", "turn_end", "turn_start", "message_end", "turn_end", "agent_end"]);
    }

    [Fact]
    public async Task Stop_EndsTheRunHereAndDropsTheLateAnswer()
    {
        await using var client = await RegisterAsync("home-pc", "ann");
        var forward = await ForwardAsync("x");
        await client.ReceiveAsync("forward", Cancel);

        await _hub.SendAsync(Node.Id.ToString(), new Frame { Stop = new Stop { StopId = "s", ConversationId = forward.ConversationId } });

        (await EndAsync()).Outcome.ShouldBe("aborted");
        (await _hub.Handled.Reader.ReadAsync(Cancel)).Frame.StopReceipt.Stopped.ShouldBeFalse();
        await client.AnswerAsync(forward.RunId, "late", Cancel);
        await client.SendAsync(new JsonObject { ["type"] = "ping" }, Cancel);
        await client.ReceiveAsync("pong", Cancel);
        _hub.Nodes.Counters.LateResponses.ShouldBe(1);
    }

    [Fact]
    public async Task Link_LostBeforeTheAnswer_FailsTheRunAndSendsNothingAgain()
    {
        var client = await RegisterAsync("home-pc", "ann");
        await ForwardAsync("x");
        await client.ReceiveAsync("forward", Cancel);

        await client.DisposeAsync();

        (await EndAsync()).ShouldBe(("failed", "Node home-pc disconnected before it answered; the message was not sent again."));
        (await _hub.UntilAsync(NodeChange.Disconnected, Cancel)).Name.ShouldBe("home-pc");
        await ForwardAsync("y");
        (await EndAsync()).ShouldBe(("failed", "Node home-pc is offline"));
        await using var back = await RegisterAsync("home-pc", "ann");
        await _hub.UntilAsync(NodeChange.Reconnected, Cancel);
        var next = await ForwardAsync("z");
        ((string?)(await back.ReceiveAsync("forward", Cancel))["id"]).ShouldBe(next.RunId);
    }

    [Fact]
    public async Task TaskComplete_IsANoticeForTheUserItNames()
    {
        await using var client = await RegisterAsync("home-pc", "ann");

        await client.SendAsync(
            new JsonObject { ["type"] = "task_complete", ["task_id"] = "t1", ["user_id"] = "ou_ann", ["chat_id"] = "oc_1", ["result"] = "✅ Task #t1 done (42s)" }, Cancel);

        var notice = (await _hub.Handled.Reader.ReadAsync(Cancel)).Frame.Notice;
        notice.UserId.ShouldBe(FleetHost.Ann.ToString());
        notice.Text.ShouldBe("✅ Task #t1 done (42s)");
    }

    [Fact]
    public async Task Client_ThatIsSilent_IsPingedDroppedAndAnnounced()
    {
        await _hub.DisposeAsync();
        _hub = await StartAsync(new PhoneWorkOptions { Secret = Secret, PingEvery = TimeSpan.FromMilliseconds(200), PongWithin = TimeSpan.FromMilliseconds(300) });
        await using var client = await RegisterAsync("home-pc", "ann");

        await client.ReceiveAsync("ping", Cancel);
        (await _hub.UntilAsync(NodeChange.Disconnected, Cancel)).Name.ShouldBe("home-pc");

        while (await client.ReceiveAsync(Cancel) is not null)
        {
        }
    }

    [Fact]
    public async Task Node_ThatNeverAnswers_TimesOutWithASentence()
    {
        await _hub.DisposeAsync();
        _hub = await StartAsync(new PhoneWorkOptions { Secret = Secret, ForwardTimeout = TimeSpan.FromMilliseconds(300) });
        await using var client = await RegisterAsync("home-pc", "ann");

        await ForwardAsync("x");

        var (outcome, error) = await EndAsync();
        outcome.ShouldBe("failed");
        error!.ShouldContain("did not answer within");
    }

    [Theory]
    [InlineData(Secret, "wrong")]
    [InlineData(null, "")]
    [InlineData(null, "x")]
    public async Task Secret_ThatIsWrongOrNotSet_Is401(string? secret, string shown)
    {
        await _hub.DisposeAsync();
        _hub = await StartAsync(new PhoneWorkOptions { Secret = secret });

        var refused = await Should.ThrowAsync<WebSocketException>(PhoneWorkClient.ConnectAsync(_hub.Url, shown, Cancel));

        refused.Message.ShouldContain("401");
    }

    [Fact]
    public async Task Name_OfAnEnrolledMachine_IsRefused()
    {
        await _hub.JoinAsync("home-pc");
        await using var client = await PhoneWorkClient.ConnectAsync(_hub.Url, Secret, Cancel);

        await client.RegisterAsync("Home-PC", ["ann"], Cancel);

        (await client.ReceiveAsync(Cancel)).ShouldBeNull();
        client.CloseReason!.ShouldContain("enrolled machine");
    }

    [Fact]
    public async Task Message_ThatIsTooLargeOrNoJson_EndsTheLink()
    {
        await using var large = await RegisterAsync("large", "ann");
        await large.SendAsync(new JsonObject { ["type"] = "ping", ["text"] = new string('x', 2 << 20) }, Cancel);
        (await large.ReceiveAsync(Cancel)).ShouldBeNull();
    }

    [Fact]
    public void Options_WithAShortSecret_AreAMistakeUnlessOnLoopback()
    {
        new FleetOptions { PhoneWork = new PhoneWorkOptions { Secret = "short" } }.Mistakes().ShouldHaveSingleItem().ShouldContain("ROUTER_SECRET");
        new FleetOptions { PhoneWork = new PhoneWorkOptions { Secret = "short", Loopback = true } }.Mistakes().ShouldBeEmpty();
    }

    private NodeSnapshot Node => _hub.Nodes.FindByName("home-pc")!;

    private Task<FleetHost> StartAsync(PhoneWorkOptions phoneWork) => FleetHost.StartAsync(
        _folder, new FleetOptions { PhoneWork = phoneWork, Tick = TimeSpan.FromMilliseconds(50), DisconnectGrace = TimeSpan.FromMilliseconds(100) });

    private async Task<PhoneWorkClient> RegisterAsync(string name, params string[] users)
    {
        var client = await PhoneWorkClient.ConnectAsync(_hub.Url, Secret, Cancel);
        await client.RegisterAsync(name, users, Cancel);
        await client.SendAsync(new JsonObject { ["type"] = "ping" }, Cancel);
        await client.ReceiveAsync("pong", Cancel);
        return client;
    }

    private async Task<Forward> ForwardAsync(string text)
    {
        var forward = FleetHost.Forward(text);
        await _hub.SendAsync(Node.Id.ToString(), new Frame { Forward = forward });
        return forward;
    }

    private async Task<List<RunEvent>> EventsAsync(int count)
    {
        var events = new List<RunEvent>();
        while (events.Count < count)
        {
            events.Add(await _hub.NextEventAsync(Cancel));
        }

        return events;
    }

    private async Task<(string Outcome, string? Error)> EndAsync()
    {
        while (true)
        {
            var happened = await _hub.NextEventAsync(Cancel);
            if (happened.Name == "agent_end")
            {
                var data = Data(happened);
                return (data.GetProperty("outcome").GetString()!, data.TryGetProperty("error", out var error) ? error.GetString() : null);
            }
        }
    }

    private static JsonElement Data(RunEvent happened) => JsonDocument.Parse(happened.Json).RootElement;
}
