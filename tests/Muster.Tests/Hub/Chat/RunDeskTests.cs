using System.Net;
using System.Net.Http.Json;
using System.Net.ServerSentEvents;
using System.Text.Json;
using Muster.Protocol.Ids;
using Muster.Protocol.Wire;
using Muster.Testing.Hub;
using Shouldly;
using Xunit;

namespace Muster.Tests.Hub.Chat;

/// <summary>What runs ask of people and of the hub.</summary>
public sealed class RunDeskTests : HubTest
{
    [Fact]
    public async Task Approval_AnsweredWithAPassword_ReachesTheMachineOnce()
    {
        await using var node = await App.JoinAsync("nas", Cancel);
        using var stored = App.NewClient((await App.ClaimAsync("correct horse")).GetProperty("access_token").GetString());
        var (conversation, run) = await RunAsync(node);
        var ask = Ask(run, 60);
        await node.SayAsync(ask);
        var shown = await App.UntilAsync(conversation, "approval", Cancel);
        shown.GetProperty("state").GetString().ShouldBe("waiting");
        shown.GetProperty("arguments").GetProperty("command").GetString().ShouldBe("rm x");
        using var login = await App.Anonymous.PostAsJsonAsync("/api/v1/login", new { username = "ada", password = "correct horse", approve = true }, Cancel);
        using var person = App.NewClient((await login.Content.ReadFromJsonAsync<JsonElement>(Cancel)).GetProperty("access_token").GetString());
        var route = $"/api/v1/approvals/{ask.ApprovalRequest.ApprovalId}";

        using var program = await App.Client.PostAsJsonAsync(route, new { decision = "allow" }, Cancel);
        using var kept = await stored.PostAsJsonAsync(route, new { decision = "allow" }, Cancel);
        using var first = await person.PostAsJsonAsync(route, new { decision = "allow" }, Cancel);
        using var second = await person.PostAsJsonAsync(route, new { decision = "deny" }, Cancel);

        program.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        kept.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await program.Content.ReadFromJsonAsync<JsonElement>(Cancel)).GetProperty("code").GetString().ShouldBe("scope_missing");
        first.StatusCode.ShouldBe(HttpStatusCode.OK);
        second.StatusCode.ShouldBe(HttpStatusCode.Conflict);
        (await second.Content.ReadFromJsonAsync<JsonElement>(Cancel)).GetProperty("code").GetString().ShouldBe("answered");
        var answer = (await node.ReceiveAsync(Cancel)).ApprovalAnswer;
        answer.Allow.ShouldBeTrue();
        answer.By.ShouldBe("ada");
    }

    [Fact]
    public async Task Approval_NobodyAnswers_IsAnnouncedAsExpired()
    {
        await using var node = await App.JoinAsync("nas", Cancel);
        await App.ClaimAsync("correct horse");
        var (conversation, run) = await RunAsync(node);

        await node.SayAsync(Ask(run, 1));

        await App.UntilAsync(conversation, "approval", Cancel, data => data.GetProperty("state").GetString() == "expired");
    }

    [Fact]
    public async Task Approval_IsShownToWhoWatchesNoConversation_AndHowItWasAnswered()
    {
        await using var node = await App.JoinAsync("nas", Cancel);
        await App.ClaimAsync("correct horse");
        var (_, run) = await RunAsync(node);
        await using var stream = await App.Client.GetStreamAsync("/api/v1/events", Cancel);

        await node.SayAsync(Ask(run, 1));

        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        deadline.CancelAfter(TimeSpan.FromSeconds(30));
        var states = SseParser.Create(stream).EnumerateAsync(deadline.Token)
            .Where(item => item.EventType == "approval").Select(item => JsonDocument.Parse(item.Data).RootElement.GetProperty("state").GetString()!);
        (await states.Take(2).ToListAsync(deadline.Token)).ShouldBe(["waiting", "expired"]);
    }

    [Fact]
    public async Task Memory_Notes_AreLimitedAndKeptOncePerCall()
    {
        await using var node = await App.JoinAsync("nas", Cancel);
        var (_, run) = await RunAsync(node);
        for (var i = 0; i < 3; i++)
        {
            (await CallAsync(node, run, "memory.write", $$"""{"text":"note {{i}}","key":"call{{i}}"}""")).Error.ShouldBeEmpty();
        }

        await CallAsync(node, run, "memory.write", """{"text":"note 2","key":"call2"}""");
        Notes(await CallAsync(node, run, "memory.read", """{"query":"note"}""")).ShouldBe(3);
        Notes(await CallAsync(node, run, "memory.read", """{"query":"note","limit":2}""")).ShouldBe(2);
        Notes(await CallAsync(node, run, "memory.read", """{"query":"other"}""")).ShouldBe(0);
        var nodes = JsonDocument.Parse((await CallAsync(node, run, "nodes.list", "{}")).Json).RootElement;
        nodes.GetProperty("self").GetString().ShouldBe("nas");
        nodes.GetProperty("nodes").GetArrayLength().ShouldBe(1);
        (await CallAsync(node, new Forward { RunId = Id<Run>.New(TimeProvider.System).ToString() }, "memory.read", "{}")).Error.ShouldContain("not known");
    }

    [Fact]
    public async Task Message_NamingAnotherMachineWhileOneWorks_IsQueuedAndSaidSo()
    {
        await using var nas = await App.JoinAsync("nas", Cancel);
        await using var vps = await App.JoinAsync("vps", Cancel);
        var conversation = await App.ConversationAsync(Cancel);
        await App.SayAsync(conversation, "@nas one", Cancel);
        var run = await nas.ForwardAsync(Cancel);
        await App.SayAsync(conversation, "@vps two", Cancel);
        await App.NoticedAsync(conversation, "Queued: vps gets this when the work that is going on here has ended.", Cancel);

        await nas.AnswerAsync(run, "done");

        (await vps.ForwardAsync(Cancel)).Text.ShouldBe("@vps two");
    }

    [Fact]
    public async Task Steered_MessageThatTheRunShowed_IsNotRunAgain()
    {
        await using var node = await App.JoinAsync("nas", Cancel);
        var (conversation, run) = await RunAsync(node);
        await App.SayAsync(conversation, "only the pictures", Cancel);
        var steer = (await node.ReceiveAsync(Cancel)).Steer;
        await node.SayAsync(ScriptedRun.User(run, steer.MessageId, steer.Text), ScriptedRun.Assistant(run, "a", "done"), ScriptedRun.End(run));
        await App.UntilAsync(conversation, "agent_end", Cancel);

        await App.SayAsync(conversation, "next", Cancel);

        (await node.ForwardAsync(Cancel)).Text.ShouldBe("next");
    }

    private async Task<(string Conversation, Forward Run)> RunAsync(ScriptedNode node)
    {
        var conversation = await App.ConversationAsync(Cancel);
        await App.SayAsync(conversation, "count the files", Cancel);
        return (conversation, await node.ForwardAsync(Cancel));
    }

    private static Frame Ask(Forward run, uint seconds) => new()
    {
        ApprovalRequest = new ApprovalRequest
        {
            ApprovalId = Id<Approval>.New(TimeProvider.System).ToString(), RunId = run.RunId, ConversationId = run.ConversationId, Tool = "shell",
            ArgumentsJson = """{"command":"rm x"}""", Folder = "/work", Reason = "it deletes", ExpiresSeconds = seconds,
        },
    };

    private static async Task<HubReply> CallAsync(ScriptedNode node, Forward run, string method, string json)
    {
        var call = Id<Message>.New(TimeProvider.System).ToString();
        await node.SayAsync(new Frame { HubCall = new HubCall { CallId = call, RunId = run.RunId, Method = method, Json = json } });
        var reply = (await node.ReceiveAsync(Cancel)).HubReply;
        reply.CallId.ShouldBe(call);
        return reply;
    }

    private static int Notes(HubReply reply) => JsonDocument.Parse(reply.Json).RootElement.GetProperty("notes").GetArrayLength();
}
