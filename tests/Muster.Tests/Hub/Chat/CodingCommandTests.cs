using System.Net.Http.Json;
using System.Text.Json;
using Muster.Protocol.Wire;
using Muster.Testing;
using Muster.Testing.Hub;
using Shouldly;
using Xunit;

namespace Muster.Tests.Hub.Chat;

/// <summary>Commands of coding sessions, as the hub hands them on.</summary>
public sealed class CodingCommandTests : HubTest
{
    [Theory]
    [InlineData("/new --timeout 120 todo_app: fix the login bug", "/new --timeout 120 todo_app: fix the login bug")]
    [InlineData("@nas /NEW todo_app", "/new todo_app")]
    [InlineData("/send todo_app： 跑测试", "/send todo_app: 跑测试")]
    [InlineData("/send: todo_app: run the tests", "/send todo_app: run the tests")]
    [InlineData("/SEND：todo_app: run the tests", "/send todo_app: run the tests")]
    [InlineData("/close", "/close")]
    [InlineData("/close 2", "/close 2")]
    [InlineData("/switch blog", "/switch blog")]
    [InlineData("/direct", "/direct")]
    [InlineData("/smart", "/smart")]
    public async Task Command_OfACodingSession_GoesToTheMachineWithoutAModel(string typed, string forwarded)
    {
        await using var node = await App.JoinAsync("nas", Cancel);
        var conversation = await App.ConversationAsync(Cancel);

        await App.SayAsync(conversation, typed, Cancel);

        var forward = (await node.ReceiveAsync(Cancel)).Forward;
        (forward.Text, forward.PlainCommand).ShouldBe((forwarded, true));
    }

    [Theory]
    [InlineData("/new", "Which project?")]
    [InlineData("/switch", "To which session?")]
    [InlineData("/send todo_app", "To which session, and what?")]
    [InlineData("/send: hi", "To which session, and what?")]
    [InlineData("/new --timeout abc todo_app: fix it", "--timeout takes a number of seconds, and \"abc\" is none. For example: /new --timeout 120 todo_app")]
    [InlineData("/new --agent claude --timeout", "--timeout takes a number of seconds. For example:")]
    [InlineData("/new --agent", "--agent takes the name of a coding agent.")]
    [InlineData("/new --tiemout 5 todo_app: fix it", "/new has no option --tiemout, only --timeout SECONDS and --agent NAME.")]
    [InlineData("/new --timeout 120", "Which project?")]
    public async Task Command_ThatSaysTooLittle_IsAnsweredByTheHub(string typed, string answer)
    {
        var conversation = await App.ConversationAsync(Cancel);

        var message = await App.SayAsync(conversation, typed, Cancel);

        (await App.AnswerAsync(conversation, message, Cancel)).ShouldStartWith(answer);
    }

    [Fact]
    public async Task New_WhoseMachineHasToBeChosen_IsStillACommand()
    {
        await using var nas = await App.JoinAsync("nas", Cancel);
        await using var vps = await App.JoinAsync("vps", Cancel);
        var conversation = await App.ConversationAsync(Cancel);
        var asked = await App.SayAsync(conversation, "/new blog: write", Cancel);
        (await App.AnswerAsync(conversation, asked, Cancel)).ShouldStartWith("On which machine?");

        await App.SayAsync(conversation, "vps", Cancel);

        var forward = (await vps.ReceiveAsync(Cancel)).Forward;
        (forward.Text, forward.PlainCommand).ShouldBe(("/new blog: write", true));
    }

    [Fact]
    public async Task Sessions_ThatAMachineTellsOf_AreCountedForAllAndNamedForTheirOwner()
    {
        await using var node = await App.JoinAsync("nas", Cancel);
        var me = (await App.Client.GetFromJsonAsync<JsonElement>("/api/v1/me", Cancel)).GetProperty("user").GetProperty("id").GetString()!;
        node.TrySend(new Frame
        {
            Heartbeat = new Heartbeat
            {
                CodingSessions =
                {
                    new CodingSessionInfo { Id = "abc234", Project = "todo_app", UserId = me, Agent = "claude", Busy = true },
                    new CodingSessionInfo { Id = "abc235", Project = "secret", UserId = "usr_other", Agent = "claude" },
                    Enumerable.Range(0, 100).Select(i => new CodingSessionInfo { Id = $"x{i}", Project = new string('p', 5000), UserId = "usr_other" }),
                },
            },
        });

        JsonElement shown = default;
        await Eventually.TrueAsync(async () => (shown = (await App.Client.GetFromJsonAsync<JsonElement>("/api/v1/nodes", Cancel)).GetProperty("items")[0]).GetProperty("sessions").GetInt32() > 0, Cancel);

        shown.GetProperty("sessions").GetInt32().ShouldBe(64);
        shown.GetProperty("coding_sessions").EnumerateArray().Select(session => session.GetProperty("project").GetString()).ShouldBe(["todo_app"]);
        var conversation = await App.ConversationAsync(Cancel);
        await App.SayAsync(conversation, "@nas hello", Cancel);
        await node.ReceiveAsync(Cancel);
        var status = await App.SayAsync(conversation, "/status", Cancel);
        (await App.AnswerAsync(conversation, status, Cancel)).ShouldEndWith("Coding sessions on nas:\n  1. todo_app #abc234 claude working");
    }

    [Theory]
    [InlineData("/send todo_app: go on")]
    [InlineData("/close todo_app")]
    public async Task Command_ForASessionOfAnotherMachine_GoesThere(string command)
    {
        await using var nas = await App.JoinAsync("nas", Cancel);
        await using var vps = await App.JoinAsync("vps", Cancel);
        var me = (await App.Client.GetFromJsonAsync<JsonElement>("/api/v1/me", Cancel)).GetProperty("user").GetProperty("id").GetString()!;
        nas.TrySend(new Frame { Heartbeat = new Heartbeat { CodingSessions = { new CodingSessionInfo { Id = "abc234", Project = "todo_app", UserId = me, Agent = "claude" } } } });
        await Eventually.TrueAsync(
            async () => (await App.Client.GetFromJsonAsync<JsonElement>("/api/v1/nodes", Cancel)).GetProperty("items").EnumerateArray().Any(node => node.GetProperty("sessions").GetInt32() > 0), Cancel);
        var conversation = await App.ConversationAsync(Cancel);
        await App.AnswerAsync(conversation, await App.SayAsync(conversation, "/node vps", Cancel), Cancel);

        await App.SayAsync(conversation, command, Cancel);

        (await nas.ForwardAsync(Cancel)).Text.ShouldBe(command);
    }
}
