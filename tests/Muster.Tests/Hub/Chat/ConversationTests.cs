using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Muster.Testing;
using Muster.Testing.Hub;
using Shouldly;
using Xunit;

namespace Muster.Tests.Hub.Chat;

public sealed class PostgresConversationTests : ConversationTests
{
    protected override HubEngine? Engine => OnPostgres.Engine;
}

public class ConversationTests : IAsyncLifetime
{
    private readonly TemporaryFolder _home = new();
    private HubApplication _app = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Null is the one that the test run is for.</summary>
    protected virtual HubEngine? Engine => null;

    public async ValueTask InitializeAsync() => _app = await HubApplication.StartAsync(_home.Path, engine: Engine);

    public async ValueTask DisposeAsync()
    {
        if (_app is not null)
        {
            await _app.DisposeAsync();
        }

        _home.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Message_NoMachine_SaysHowToAddOne()
    {
        var conversation = await _app.ConversationAsync(Cancel);
        var message = await _app.SayAsync(conversation, "how much disk is free?", Cancel);

        var notice = await _app.UntilAsync(conversation, "notice", Cancel, data => data.GetProperty("reply_to").GetString() == message);
        notice.GetProperty("text").GetString()!.ShouldContain("muster node join");
    }

    [Fact]
    public async Task Message_OneMachine_IsForwardedAndAnswered()
    {
        await using var node = await _app.JoinAsync("nas", Cancel);
        var conversation = await _app.ConversationAsync(Cancel);
        var message = await _app.SayAsync(conversation, "hello", Cancel);
        var forward = (await node.ReceiveAsync(Cancel)).Forward;

        await Answer(node, forward, "hi there");

        forward.Text.ShouldBe("hello");
        forward.MessageId.ShouldBe(message);
        forward.Owner.ShouldBeTrue();
        var routed = await _app.UntilAsync(conversation, "routed", Cancel);
        routed.GetProperty("run_id").GetString().ShouldBe(forward.RunId);
        (await _app.UntilAsync(conversation, "agent_end", Cancel)).GetProperty("outcome").GetString().ShouldBe("completed");
        (await _app.UntilAsync(conversation, "message_end", Cancel)).GetProperty("message").GetProperty("content")[0].GetProperty("text").GetString().ShouldBe("hi there");
    }

    [Fact]
    public async Task Message_SentTwice_IsAcceptedOnce()
    {
        await using var node = await _app.JoinAsync("nas", Cancel);
        var conversation = await _app.ConversationAsync(Cancel);
        var body = new { id = "msg_01jd0000000000000000000001", text = "hello" };
        using var first = await _app.Client.PostAsJsonAsync($"/api/v1/conversations/{conversation}/messages", body, Cancel);
        using var second = await _app.Client.PostAsJsonAsync($"/api/v1/conversations/{conversation}/messages", body, Cancel);

        first.StatusCode.ShouldBe(HttpStatusCode.Accepted);
        second.StatusCode.ShouldBe(HttpStatusCode.Accepted);
        var forward = (await node.ReceiveAsync(Cancel)).Forward;
        await Answer(node, forward, "once");
        await _app.UntilAsync(conversation, "agent_end", Cancel);
        await _app.SayAsync(conversation, "/help", Cancel);
        var names = new List<string>();
        await foreach (var item in _app.WatchAsync(conversation, cancel: Cancel))
        {
            names.Add(item.Name);
            if (item.Name == "notice")
            {
                break;
            }
        }

        names.Count(name => name == "routed").ShouldBe(1);
    }

    [Fact]
    public async Task Message_WhileARunWorks_Steers()
    {
        await using var node = await _app.JoinAsync("nas", Cancel);
        var conversation = await _app.ConversationAsync(Cancel);
        await _app.SayAsync(conversation, "count the files", Cancel);
        var forward = (await node.ReceiveAsync(Cancel)).Forward;
        var second = await _app.SayAsync(conversation, "only the pictures", Cancel);

        var steer = (await node.ReceiveAsync(Cancel)).Steer;
        steer.RunId.ShouldBe(forward.RunId);
        steer.MessageId.ShouldBe(second);
        await Answer(node, forward, "done");

        // The run ended without having shown it, so it becomes a run of its own.
        var anew = (await node.ReceiveAsync(Cancel)).Forward;
        anew.MessageId.ShouldBe(second);
        anew.RunId.ShouldNotBe(forward.RunId);
    }

    [Fact]
    public async Task Stop_Run_CollectsTheReceiptAndRaisesTheEpoch()
    {
        await using var node = await _app.JoinAsync("nas", Cancel);
        var conversation = await _app.ConversationAsync(Cancel);
        await _app.SayAsync(conversation, "count the files", Cancel);
        var forward = (await node.ReceiveAsync(Cancel)).Forward;

        var stopping = _app.Client.PostAsync($"/api/v1/conversations/{conversation}/stop", null, Cancel);
        var stop = (await node.ReceiveAsync(Cancel)).Stop;
        await node.SayAsync(new Muster.Protocol.Wire.Frame
        {
            StopReceipt = new Muster.Protocol.Wire.StopReceipt { StopId = stop.StopId, RunId = forward.RunId, Stopped = true, Milliseconds = 12, Processes = 2 },
        });

        using var answer = await stopping;
        var receipt = (await answer.Content.ReadFromJsonAsync<JsonElement>(Cancel)).GetProperty("receipts")[0];
        receipt.GetProperty("stopped").GetBoolean().ShouldBeTrue();
        receipt.GetProperty("processes").GetInt32().ShouldBe(2);
        stop.Epoch.ShouldBe(forward.Epoch);
        (await _app.UntilAsync(conversation, "agent_end", Cancel)).GetProperty("outcome").GetString().ShouldBe("aborted");
        await _app.SayAsync(conversation, "again", Cancel);
        (await node.ReceiveAsync(Cancel)).Forward.Epoch.ShouldBe(forward.Epoch + 1);
    }

    [Fact]
    public async Task Stop_Answer_KeepsWhatWasSaidUntilThen()
    {
        await using var node = await _app.JoinAsync("nas", Cancel);
        var conversation = await _app.ConversationAsync(Cancel);
        await _app.SayAsync(conversation, "tell me", Cancel);
        var forward = (await node.ReceiveAsync(Cancel)).Forward;

        var stopping = _app.Client.PostAsync($"/api/v1/conversations/{conversation}/stop", null, Cancel);
        var stop = (await node.ReceiveAsync(Cancel)).Stop;
        await node.SayAsync(
            new Muster.Protocol.Wire.Frame { StopReceipt = new Muster.Protocol.Wire.StopReceipt { StopId = stop.StopId, RunId = forward.RunId, Stopped = true } },
            ScriptedNode.Event(forward, "message_end", $$$"""{"run_id":"{{{forward.RunId}}}","message":{"id":"m1","role":"assistant","content":[{"type":"text","text":"half a"}]}}"""),
            ScriptedNode.Event(forward, "agent_end", $$"""{"run_id":"{{forward.RunId}}","outcome":"aborted"}"""));
        using var answer = await stopping;

        var said = await _app.UntilAsync(conversation, "message_end", Cancel);
        said.GetProperty("message").GetProperty("content")[0].GetProperty("text").GetString().ShouldBe("half a");
        (await _app.UntilAsync(conversation, "agent_end", Cancel)).GetProperty("outcome").GetString().ShouldBe("aborted");
    }

    [Fact]
    public async Task Watch_InTheMiddleOfAnAnswer_GetsTheTextSoFar()
    {
        await using var node = await _app.JoinAsync("nas", Cancel);
        var conversation = await _app.ConversationAsync(Cancel);
        await _app.SayAsync(conversation, "tell me", Cancel);
        var forward = (await node.ReceiveAsync(Cancel)).Forward;
        node.TrySend(ScriptedNode.Event(forward, "message_start", $$"""{"run_id":"{{forward.RunId}}","message_id":"m1","role":"assistant"}"""));
        node.TrySend(Delta(forward, 0, "once "));
        node.TrySend(Delta(forward, 5, "upon"));

        JsonElement snapshot = default;
        await Eventually.TrueAsync(
            async () =>
            {
                await foreach (var item in _app.WatchAsync(conversation, cancel: Cancel))
                {
                    if (item.Name == "message_snapshot")
                    {
                        snapshot = item.Data;
                        return item.Data.GetProperty("blocks")[0].GetProperty("text").GetString() == "once upon";
                    }

                    if (item.Name == "routed")
                    {
                        node.TrySend(Delta(forward, 9, ""));
                    }
                    else if (item.Name == "message_update")
                    {
                        return false;
                    }
                }

                return false;
            },
            Cancel);

        snapshot.GetProperty("message_id").GetString().ShouldBe("m1");
    }

    [Fact]
    public async Task Nodes_Command_ListsMachines()
    {
        await using var node = await _app.JoinAsync("nas", Cancel);
        var conversation = await _app.ConversationAsync(Cancel);
        await _app.SayAsync(conversation, "/node nas", Cancel);
        var message = await _app.SayAsync(conversation, "/nodes", Cancel);

        var text = (await _app.UntilAsync(conversation, "notice", Cancel, data => data.GetProperty("reply_to").GetString() == message)).GetProperty("text").GetString()!;
        text.ShouldStartWith("Connected Nodes:\n→ nas [ACTIVE] sessions=0 online ");
        text.ShouldEndWith("Use \"/node <name>\" to switch active node.");
    }

    private static Task Answer(ScriptedNode node, Muster.Protocol.Wire.Forward run, string text) => node.SayAsync(
        ScriptedNode.Event(run, "agent_start", $$"""{"run_id":"{{run.RunId}}","node":"nas","model":"rules","resumed":false}"""),
        ScriptedNode.Event(run, "message_end", $$$"""{"run_id":"{{{run.RunId}}}","message":{"role":"assistant","id":"m1","at":"2026-01-01T00:00:00Z","model":"rules","stop_reason":"stop","content":[{"type":"text","text":"{{{text}}}"}]}}"""),
        ScriptedNode.Event(run, "agent_end", $$$"""{"run_id":"{{{run.RunId}}}","outcome":"completed","usage":{"input":1,"output":1}}"""));

    private static Muster.Protocol.Wire.Frame Delta(Muster.Protocol.Wire.Forward run, int offset, string delta) => ScriptedNode.Event(
        run, "message_update", $$"""{"run_id":"{{run.RunId}}","message_id":"m1","index":0,"kind":"text","offset":{{offset}},"delta":"{{delta}}"}""");
}
