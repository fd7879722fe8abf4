using System.Text.Json;
using Muster.Protocol.Ids;
using Muster.Protocol.Wire;
using Muster.Testing;
using Muster.Testing.Hub;
using Shouldly;
using Xunit;

namespace Muster.Tests.Hub.Schedules;

public sealed class InstructionTests : ScheduleTest
{
    [Fact]
    public async Task Instruction_ForAMachine_ReachesItAsAMessageOfItsUser()
    {
        await using var nas = await App.JoinAsync("nas", Cancel);
        await using var vps = await App.JoinAsync("vps", Cancel);
        var conversation = await App.ConversationAsync(Cancel);

        var made = await MakeAsync(new { text = "count the files", when = "1s", kind = "instruction", node = "vps", conversation });

        var forward = await vps.ForwardAsync(Cancel);
        forward.Text.ShouldBe("count the files");
        forward.ConversationId.ShouldBe(conversation);
        var said = await App.UntilAsync(conversation, "user_message", Cancel);
        (said.GetProperty("user").GetString(), said.GetProperty("channel").GetString()).ShouldBe(("ada", "schedule"));
        var routed = await App.UntilAsync(conversation, "routed", Cancel);
        routed.GetProperty("reason").GetString().ShouldBe("It was planned for this machine.");
        var shown = await UntilAsync(made, schedule => Text(schedule, "delivered") == "True");
        Text(shown, "last_outcome").ShouldBe("given to the assistant");
    }

    [Fact]
    public async Task Instruction_ForAllMachines_MayDoWhatItsMakerMay()
    {
        await using var nas = await App.JoinAsync("nas", Cancel);
        var conversation = await App.ConversationAsync(Cancel);

        await MakeAsync(new { text = "@all how much disk is free?", when = "1s", kind = "instruction", conversation });

        (await App.UntilAsync(conversation, "routed", Cancel)).GetProperty("reason").GetString().ShouldBe("You asked many machines.");
    }

    [Fact]
    public async Task Instruction_ForAMachineThatIsAway_LeavesAQuestionThatWaits()
    {
        var nas = await App.JoinAsync("nas", Cancel);
        await using var vps = await App.JoinAsync("vps", Cancel);
        await nas.DisposeAsync();
        var conversation = await App.ConversationAsync(Cancel);
        await App.NoticedAsync(conversation, "⚠️ Node \"nas\" disconnected.", Cancel);
        await App.AnswerAsync(conversation, await App.SayAsync(conversation, "@nas clean up", Cancel), Cancel);

        await MakeAsync(new { text = "count the files", when = "1s", kind = "instruction", node = "nas", conversation });
        await App.NoticedAsync(conversation, "Node nas is offline\nThis was not run.", Cancel);
        await App.SayAsync(conversation, "yes", Cancel);
        await App.NoticedAsync(conversation, "All right: nas gets it when it is back.", Cancel);

        await using var back = await App.StartNodeAsync(nas.Identity, Cancel);
        (await back.ForwardAsync(Cancel)).Text.ShouldContain("clean up");
    }

    [Fact]
    public async Task Instruction_ForACodingSession_ReachesTheMachineThatHasIt()
    {
        await using var nas = await App.JoinAsync("nas", Cancel);
        await using var vps = await App.JoinAsync("vps", Cancel);
        await HasSessionAsync(vps, "todo_app");
        var conversation = await App.ConversationAsync(Cancel);

        await MakeAsync(new { text = "run the tests: all", when = "1s", kind = "instruction", session = "todo_app", conversation });

        var forward = await vps.ForwardAsync(Cancel);
        (forward.Text, forward.PlainCommand).ShouldBe(("/send todo_app: run the tests: all", true));
        (await App.UntilAsync(conversation, "user_message", Cancel)).GetProperty("text").GetString().ShouldBe("run the tests: all");
    }

    [Fact]
    public async Task Instruction_ForASessionOfTwoMachines_GoesToTheActiveOne()
    {
        await using var nas = await App.JoinAsync("nas", Cancel);
        await using var vps = await App.JoinAsync("vps", Cancel);
        await HasSessionAsync(nas, "todo_app");
        await HasSessionAsync(vps, "todo_app");
        var conversation = await App.ConversationAsync(Cancel);
        await App.SayAsync(conversation, "/node vps", Cancel);

        var made = await MakeAsync(new { text = "run the tests", when = "1s", kind = "instruction", session = "Todo_App", conversation });

        (await vps.ForwardAsync(Cancel)).Text.ShouldBe("/send Todo_App: run the tests");
        Text(made, "summary")!.ShouldContain("the coding session Todo_App is given: run the tests");
        Text(await UntilAsync(made, schedule => Runs(schedule) == 1), "last_outcome").ShouldBe("given to the coding session");
    }

    [Theory]
    [InlineData(null, "run the tests", "1s", "on any machine that is online: run the tests\nOpen it with \"/new blog\", and give it that with \"/send blog: …\".")]
    [InlineData("nas", "run the tests", "every 1 second", "on nas: run the tests\nOpen it with \"@nas /new blog\" before the next time, or cancel this with \"/remind cancel ")]
    [InlineData("nas", "跑测试", "1s", "nas上没有编程会话“blog”：跑测试\n用“@nas /new blog”打开它")]
    public async Task Instruction_ForASessionThatIsNotThere_IsReportedWithWhatToDo(string? node, string text, string when, string sentence)
    {
        await using var nas = await App.JoinAsync("nas", Cancel);
        await using var vps = await App.JoinAsync("vps", Cancel);
        await HasSessionAsync(nas, "todo_app");
        var conversation = await App.ConversationAsync(Cancel);

        var made = await MakeAsync(new { text, when, kind = "instruction", session = "blog", node, conversation });

        await App.UntilAsync(conversation, "notice", Cancel, notice => notice.GetProperty("text").GetString()!.Contains(sentence, StringComparison.Ordinal));
        Text(await UntilAsync(made, schedule => Runs(schedule) >= 1), "last_outcome").ShouldBe("its coding session is not there");
        (await Database.ReadAsync(tx => tx.Scalar<long>("select count(*) from messages where channel = 'schedule'"), Cancel)).ShouldBe(0);
    }

    [Fact]
    public async Task Instruction_ForASessionOfAMachineThatIsAway_WaitsForItWhereThePersonSaysSo()
    {
        var nas = await App.JoinAsync("nas", Cancel);
        await HasSessionAsync(nas, "todo_app");
        var conversation = await App.ConversationAsync(Cancel);
        await nas.DisposeAsync();
        await Eventually.TrueAsync(async () => (await OkAsync(Ada, HttpMethod.Get, "nodes/nas")).GetProperty("status").GetString() == "offline", Cancel);

        await MakeAsync(new { text = "run the tests", when = "1s", kind = "instruction", session = "todo_app", conversation });
        await App.UntilAsync(conversation, "notice", Cancel, notice => notice.GetProperty("kind").GetString() == "node_offline");
        await App.SayAsync(conversation, "yes", Cancel);
        await using var back = await App.StartNodeAsync(nas.Identity, Cancel);

        var forward = await back.ForwardAsync(Cancel);
        (forward.Text, forward.PlainCommand).ShouldBe(("/send todo_app: run the tests", true));
    }

    [Fact]
    public async Task Instruction_WhileWorkGoesOn_WaitsAndDoesNotPileUp()
    {
        await using var nas = await App.JoinAsync("nas", Cancel);
        var conversation = await App.ConversationAsync(Cancel);
        await App.SayAsync(conversation, "count the files", Cancel);
        var running = await nas.ForwardAsync(Cancel);
        var made = await MakeAsync(new { text = "check the tests", every_seconds = 1, kind = "instruction", conversation });

        var now = await UntilAsync(made, schedule => Runs(schedule) >= 3);
        Text(now, "last_outcome").ShouldBe("left out: the one before has not begun");
        await OkAsync(Ada, HttpMethod.Post, $"schedules/{Text(made, "id")}/pause");
        await nas.AnswerAsync(running, "12");

        (await nas.ForwardAsync(Cancel)).Text.ShouldBe("check the tests");
        (await Database.ReadAsync(tx => tx.Scalar<long>("select count(*) from messages where channel = 'schedule'"), Cancel)).ShouldBe(1);
    }

    [Fact]
    public async Task Instruction_BesideAQuestionOfTheHub_DoesNotAnswerIt()
    {
        await using var nas = await App.JoinAsync("nas", Cancel);
        await using var vps = await App.JoinAsync("vps", Cancel);
        var conversation = await App.ConversationAsync(Cancel);
        var asked = await App.SayAsync(conversation, "count the files", Cancel);
        (await App.AnswerAsync(conversation, asked, Cancel)).ShouldStartWith("On which machine?");

        await MakeAsync(new { text = "on vps", when = "1s", kind = "instruction", node = "nas", conversation });
        (await nas.ForwardAsync(Cancel)).Text.ShouldBe("on vps");
        var answer = await App.SayAsync(conversation, "vps", Cancel);

        await App.UntilAsync(conversation, "notice", Cancel, notice => notice.GetProperty("kind").GetString() == "queued");
        (await Database.ReadAsync(tx => tx.Scalar<string>("select work from messages where id = @answer", new { answer }), Cancel)).ShouldBe("count the files");
    }

    [Fact]
    public async Task Instruction_ThatIsLate_SaysSoAndOneWhoseMachineIsGoneIsReported()
    {
        var nas = await App.JoinAsync("nas", Cancel);
        var conversation = await App.ConversationAsync(Cancel);
        var made = await MakeAsync(new { text = "count the files", when = "10m", kind = "instruction", node = "nas", conversation });
        await nas.DisposeAsync();
        await OkAsync(Ada, HttpMethod.Delete, "nodes/nas");

        Clock.Jump(TimeSpan.FromMinutes(30));

        var now = await UntilAsync(made, schedule => Runs(schedule) == 1);
        Text(now, "last_outcome").ShouldBe("its machine is not there any more");
        await App.NoticedAsync(conversation, "What was planned was not done, as its machine is not there any more: count the files", Cancel);
        await MakeAsync(new { text = "count the files", when = "10m", kind = "instruction", conversation });
        Clock.Jump(TimeSpan.FromMinutes(30));
        var said = await App.UntilAsync(conversation, "user_message", Cancel);
        said.GetProperty("text").GetString()!.ShouldMatch("^count the files \\(due 1\\d:\\d\\d, told 1\\d:\\d\\d\\)$");
    }

    [Fact]
    public async Task Tool_TheSameCallTwice_MakesOneAndListsAndCancels()
    {
        await using var nas = await App.JoinAsync("nas", Cancel);
        var conversation = await App.ConversationAsync(Cancel);
        await App.SayAsync(conversation, "remind me", Cancel);
        var run = await nas.ForwardAsync(Cancel);
        var call = """{"action":"remind","delay_seconds":1800,"message":"call Bob","key":"call_1"}""";

        var first = Json(await CallAsync(nas, run, "schedules.add", call));
        var again = Json(await CallAsync(nas, run, "schedules.add", call));

        first.GetProperty("text").GetString()!.ShouldStartWith("I will remind you at 2026-01-01 10:30 (UTC): call Bob\n#");
        again.GetProperty("id").GetString().ShouldBe(first.GetProperty("id").GetString());
        var kept = (await ListAsync()).ShouldHaveSingleItem();
        Text(kept, "conversation_id").ShouldBe(conversation);
        Json(await CallAsync(nas, run, "schedules.list", "{}")).GetProperty("text").GetString()!.ShouldContain("2026-01-01 10:30: call Bob");
        Json(await CallAsync(nas, run, "schedules.cancel", $$"""{"id":"{{Text(kept, "id")}}"}""")).GetProperty("text").GetString()!.ShouldStartWith("Cancelled #");
        (await ListAsync()).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("""{"action":"repeat","interval_seconds":300,"message":"stretch","max_runs":3}""", "every", "message")]
    [InlineData("""{"action":"repeat","when":"5 minutes","instruction":"check if the tests pass"}""", "every", "instruction")]
    [InlineData("""{"action":"repeat","when":"08:00","message":"take the pills"}""", "cron", "message")]
    [InlineData("""{"action":"repeat","interval_seconds":300,"message":"run the tests","conv_id":"todo_app"}""", "every", "instruction")]
    [InlineData("""{"action":"remind","message":"remind me tomorrow at 9 to call Bob"}""", "once", "message")]
    [InlineData("""{"action":"remind","message":"设置一个明天9点的闹钟"}""", "once", "message")]
    public async Task Tool_EachWay_MakesWhatWasAskedFor(string json, string rule, string kind)
    {
        await using var nas = await App.JoinAsync("nas", Cancel);
        await App.SayAsync(await App.ConversationAsync(Cancel), "plan", Cancel);
        var run = await nas.ForwardAsync(Cancel);

        (await CallAsync(nas, run, "schedules.add", json)).Error.ShouldBe("");

        var made = (await ListAsync()).ShouldHaveSingleItem();
        (Text(made, "rule"), Text(made, "kind"), Text(made, "node")).ShouldBe((rule, kind, kind == "instruction" ? "nas" : null));
        Text(made, "session").ShouldBe(json.Contains("conv_id", StringComparison.Ordinal) ? "todo_app" : null);
    }

    [Theory]
    [InlineData("""{"action":"remind","delay_seconds":0,"message":"tea"}""", "That time is not in the future")]
    [InlineData("""{"action":"remind","delay_seconds":99999999999,"message":"tea"}""", "That is more than 10 years away")]
    [InlineData("""{"action":"remind","message":"stretch"}""", "When?")]
    [InlineData("""{"action":"remind","message":"喝水"}""", "什么时候？")]
    [InlineData("""{"action":"repeat","when":"5 minutes","instruction":"look","node":"vps"}""", "An agent plans work for its own machine alone, nas.")]
    public async Task Tool_WhatCannotBe_IsRefusedWithASentence(string json, string sentence)
    {
        await using var nas = await App.JoinAsync("nas", Cancel);
        await App.SayAsync(await App.ConversationAsync(Cancel), "plan", Cancel);
        var run = await nas.ForwardAsync(Cancel);

        (await CallAsync(nas, run, "schedules.add", json)).Error.ShouldStartWith(sentence);

        (await ListAsync()).ShouldBeEmpty();
    }

    private async Task HasSessionAsync(ScriptedNode node, string project)
    {
        var me = (await OkAsync(Ada, HttpMethod.Get, "me")).GetProperty("user").GetProperty("id").GetString()!;
        var before = await CountAsync();
        node.TrySend(new Frame { Heartbeat = new Heartbeat { CodingSessions = { new CodingSessionInfo { Id = "abc234", Project = project, UserId = me, Agent = "claude" } } } });
        await Eventually.TrueAsync(async () => await CountAsync() > before, Cancel);

        async Task<int> CountAsync() => (await OkAsync(Ada, HttpMethod.Get, "nodes")).GetProperty("items").EnumerateArray().Sum(known => known.GetProperty("sessions").GetInt32());
    }

    private static JsonElement Json(HubReply reply)
    {
        reply.Error.ShouldBe("");
        return JsonDocument.Parse(reply.Json).RootElement;
    }

    private static async Task<HubReply> CallAsync(ScriptedNode node, Forward run, string method, string json)
    {
        var call = Id<Message>.New(TimeProvider.System).ToString();
        await node.SayAsync(new Frame { HubCall = new HubCall { CallId = call, RunId = run.RunId, Method = method, Json = json } });
        return (await node.ReceiveAsync(Cancel)).HubReply;
    }
}
