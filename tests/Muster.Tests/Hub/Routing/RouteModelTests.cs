using Muster.Agents.Models;
using Muster.Agents.Providers;
using Muster.Hub;
using Muster.Hub.Chat.Assistant;
using Muster.Testing;
using Muster.Testing.Hub;
using Muster.Testing.Models;
using Muster.Tests.Hub.Chat;
using Shouldly;
using Xunit;

namespace Muster.Tests.Hub.Routing;

public sealed class PostgresRouteModelTests : RouteModelTests
{
    protected override HubEngine? Engine => OnPostgres.Engine;
}

public class RouteModelTests : HubTest
{
    private readonly ScriptedModel _model = new();

    protected override HubOptions Configure(HubOptions options) => base.Configure(options) with
    {
        Assistant = new AssistantOptions { Models = new ModelCatalog([new ModelOptions { Name = "router", Stream = _model.Stream }], TimeProvider.System) },
    };

    [Fact]
    public async Task Several_NoRule_GoWhereTheModelSays_AndTheThreadSaysWhy()
    {
        await using var nas = await App.JoinAsync("nas", Cancel);
        await using var pi = await App.JoinAsync("pi", Cancel);
        var conversation = await App.ConversationAsync(Cancel);
        _model.Calls("route_to", """{"node_id": "pi", "reason": "it has\n sensors"}""");

        await App.SayAsync(conversation, "how warm is it in the shed?", Cancel);

        (await pi.ForwardAsync(Cancel)).Text.ShouldBe("how warm is it in the shed?");
        var routed = await App.UntilAsync(conversation, "routed", Cancel);
        routed.GetProperty("node").GetString().ShouldBe("pi");
        routed.GetProperty("reason").GetString().ShouldBe("The model chose pi: it has sensors");
        var request = _model.Requests.ShouldHaveSingleItem();
        request.Messages.ShouldHaveSingleItem().Text.ShouldBe("how warm is it in the shed?");
        request.Tools.ShouldHaveSingleItem().Name.ShouldBe("route_to");
        request.System.ShouldContain("- nas: sessions=[], capabilities=[shell, files], folder=/work");
    }

    [Fact]
    public async Task Chosen_BecomesTheActiveMachine_WhichTheModelIsTold()
    {
        await using var nas = await App.JoinAsync("nas", Cancel);
        await using var pi = await App.JoinAsync("pi", Cancel);
        var conversation = await App.ConversationAsync(Cancel);
        _model.Calls("route_to", """{"node_id": "pi"}""").Fails("The endpoint is down.");
        await App.SayAsync(conversation, "read the sensor", Cancel);
        await pi.AnswerAsync(await pi.ForwardAsync(Cancel), "21 °C");
        await App.UntilAsync(conversation, "agent_end", Cancel);

        await App.SayAsync(conversation, "and now?", Cancel);

        (await pi.ForwardAsync(Cancel)).Text.ShouldBe("and now?");
        _model.Requests[1].System.ShouldContain("- pi (ACTIVE)");
        (await App.UntilAsync(conversation, "routed", Cancel, data => data.GetProperty("reason").GetString() == "pi is the active machine.")).GetProperty("node").GetString().ShouldBe("pi");
    }

    [Theory]
    [InlineData("""{"node_id": "the fast one"}""")]
    [InlineData("""{"machine": "pi"}""")]
    [InlineData("no json")]
    public async Task Useless_AndNoneActive_Asks_AndTheAnswerCompletesTheMessage(string arguments)
    {
        await using var nas = await App.JoinAsync("nas", Cancel);
        await using var pi = await App.JoinAsync("pi", Cancel);
        var conversation = await App.ConversationAsync(Cancel);
        _model.Calls("route_to", arguments);
        var message = await App.SayAsync(conversation, "list the files", Cancel);
        (await App.AnswerAsync(conversation, message, Cancel)).ShouldStartWith("On which machine?");

        await App.SayAsync(conversation, "2", Cancel);

        (await pi.ForwardAsync(Cancel)).Text.ShouldBe("list the files");
        _model.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Named_IsNotAskedAbout()
    {
        await using var nas = await App.JoinAsync("nas", Cancel);
        await using var pi = await App.JoinAsync("pi", Cancel);
        var conversation = await App.ConversationAsync(Cancel);

        await App.SayAsync(conversation, "on nas: free some space", Cancel);
        await nas.ForwardAsync(Cancel);

        _model.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task Commands_AreNotAskedAbout()
    {
        await using var nas = await App.JoinAsync("nas", Cancel);
        await using var pi = await App.JoinAsync("pi", Cancel);
        var conversation = await App.ConversationAsync(Cancel);

        var message = await App.SayAsync(conversation, "/shell pwd", Cancel);

        (await App.AnswerAsync(conversation, message, Cancel)).ShouldStartWith("On which machine?");
        _model.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task Stop_WhileTheModelIsAsked_WithdrawsTheMessage()
    {
        await using var nas = await App.JoinAsync("nas", Cancel);
        await using var pi = await App.JoinAsync("pi", Cancel);
        var conversation = await App.ConversationAsync(Cancel);
        var gate = new TaskCompletionSource();
        _model.Then(new ScriptedAnswer().WaitFor(gate.Task).Call("route_to", """{"node_id": "pi"}"""));
        await App.SayAsync(conversation, "delete the logs", Cancel);
        await _model.NextRequestAsync(Cancel);

        var stop = await App.SayAsync(conversation, "/stop", Cancel);
        await App.AnswerAsync(conversation, stop, Cancel);
        gate.SetResult();
        await App.SayAsync(conversation, "@pi hello", Cancel);

        (await pi.ForwardAsync(Cancel)).Text.ShouldBe("@pi hello");
    }

    [Fact]
    public async Task Chosen_GoneMeanwhile_GoesToTheActiveOne()
    {
        await using var nas = await App.JoinAsync("nas", Cancel);
        var pi = await App.JoinAsync("pi", Cancel);
        await using var pc = await App.JoinAsync("pc", Cancel);
        var conversation = await App.ConversationAsync(Cancel);
        await App.AnswerAsync(conversation, await App.SayAsync(conversation, "/node nas", Cancel), Cancel);
        var gate = new TaskCompletionSource();
        _model.Then(new ScriptedAnswer().WaitFor(gate.Task).Call("route_to", """{"node_id": "pi"}"""));
        await App.SayAsync(conversation, "read the sensor", Cancel);
        await _model.NextRequestAsync(Cancel);

        await pi.DisposeAsync();
        await OfflineAsync(pi.Id);
        gate.SetResult();

        (await nas.ForwardAsync(Cancel)).Text.ShouldBe("read the sensor");
    }

    [Fact]
    public async Task Active_Offline_IsNotMovedByTheModel()
    {
        var nas = await App.JoinAsync("nas", Cancel);
        await using var pi = await App.JoinAsync("pi", Cancel);
        await using var pc = await App.JoinAsync("pc", Cancel);
        var conversation = await App.ConversationAsync(Cancel);
        await App.AnswerAsync(conversation, await App.SayAsync(conversation, "/node nas", Cancel), Cancel);
        await nas.DisposeAsync();
        await OfflineAsync(nas.Id);

        var message = await App.SayAsync(conversation, "delete that file", Cancel);

        (await App.AnswerAsync(conversation, message, Cancel)).ShouldStartWith("Node nas is offline");
        _model.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task Hub_KilledWhileTheModelIsAsked_AsksAgainAndKeepsTheOrder()
    {
        await using var nas = await App.JoinAsync("nas", Cancel);
        await using var pi = await App.JoinAsync("pi", Cancel);
        var conversation = await App.ConversationAsync(Cancel);
        var never = new TaskCompletionSource();
        _model.Then(new ScriptedAnswer().WaitFor(never.Task)).Calls("route_to", """{"node_id": "pi"}""");
        await App.SayAsync(conversation, "first", Cancel);
        await _model.NextRequestAsync(Cancel);
        await App.SayAsync(conversation, "second", Cancel);

        await RestartAsync();

        var forward = await pi.ForwardAsync(Cancel);
        forward.Text.ShouldBe("first");
        (await pi.ReceiveAsync(Cancel)).Steer.Text.ShouldBe("second");
        _model.Requests.Count.ShouldBe(2);
    }

    private Task OfflineAsync(string node) => Eventually.TrueAsync(
        async () => (await App.Client.GetStringAsync($"/api/v1/nodes/{node}", Cancel)).Contains("\"offline\"", StringComparison.Ordinal), Cancel);
}
