using Microsoft.Extensions.DependencyInjection;
using Muster.Protocol.Wire;
using Muster.Storage;
using Muster.Testing.Hub;
using Shouldly;
using Xunit;

namespace Muster.Tests.Hub.Chat;

public sealed class ThreadContextTests : HubTest
{
    [Fact]
    public async Task Forward_ToAnotherMachine_CarriesTheTurnsItHasNotSeenAndNoneTwice()
    {
        await using var nas = await App.JoinAsync("nas", Cancel);
        await using var vps = await App.JoinAsync("vps", Cancel);
        var conversation = await App.ConversationAsync(Cancel);
        await App.SayAsync(conversation, "@nas one", Cancel);
        var first = await nas.ForwardAsync(Cancel);
        first.Context.ShouldBeEmpty();
        var steered = await App.SayAsync(conversation, "and more", Cancel);
        var steer = (await nas.ReceiveAsync(Cancel)).Steer;
        await nas.SayAsync(
            ScriptedRun.User(first, first.MessageId, "one"), ScriptedRun.Assistant(first, "a1", "half"),
            ScriptedRun.User(first, steer.MessageId, "and more"), ScriptedRun.Assistant(first, "a2", "whole"), ScriptedRun.End(first));
        await App.UntilAsync(conversation, "agent_end", Cancel);

        await App.SayAsync(conversation, "@vps two", Cancel);
        var second = await vps.ForwardAsync(Cancel);
        second.ContextAfter.ShouldBe(0UL);
        Ids(second).ShouldBe([first.MessageId, "a1", steered, "a2"]);
        second.Context.Select(entry => entry.Origin).ShouldBe(["", "nas", "", "nas"]);
        await vps.AnswerAsync(second, "from vps");
        await App.UntilAsync(conversation, "agent_end", Cancel, data => data.GetProperty("run_id").GetString() == second.RunId);

        await App.SayAsync(conversation, "@nas three", Cancel);
        var third = await nas.ForwardAsync(Cancel);
        third.ContextAfter.ShouldBeGreaterThan(0UL);
        Ids(third).ShouldBe([second.MessageId, "a" + second.RunId]);
        third.Context[1].Origin.ShouldBe("vps");
    }

    [Fact]
    public async Task Forward_ToAMachineThatLostItsStore_CarriesEverything()
    {
        var nas = await App.JoinAsync("nas", Cancel);
        var conversation = await App.ConversationAsync(Cancel);
        await App.SayAsync(conversation, "one", Cancel);
        var first = await nas.ForwardAsync(Cancel);
        await nas.AnswerAsync(first, "answer");
        await App.UntilAsync(conversation, "agent_end", Cancel);
        await nas.DisposeAsync();
        await App.NoticedAsync(conversation, "⚠️ Node \"nas\" disconnected.", Cancel);

        using var empty = new Muster.Testing.TemporaryFolder();
        await using var wiped = await ScriptedNode.StartAsync(nas.Identity, empty.Path);
        await App.NoticedAsync(conversation, "✅ Node \"nas\" reconnected.", Cancel);
        await App.SayAsync(conversation, "two", Cancel);

        var second = await wiped.ForwardAsync(Cancel);
        second.ContextAfter.ShouldBe(0UL);
        Ids(second).ShouldBe([first.MessageId, "a" + first.RunId]);
    }

    [Fact]
    public async Task Forward_OfMoreThanAFrameHolds_CarriesTheNewestThatFits()
    {
        await using var nas = await App.JoinAsync("nas", Cancel);
        await using var vps = await App.JoinAsync("vps", Cancel);
        var conversation = await App.ConversationAsync(Cancel);
        await App.SayAsync(conversation, "@nas talk", Cancel);
        var run = await nas.ForwardAsync(Cancel);
        await nas.SayAsync([ScriptedRun.User(run, run.MessageId, "talk"),
            .. Enumerable.Range(0, 30).SelectMany(i => new[] { ScriptedRun.User(run, $"u{i}", "go on"), ScriptedRun.Assistant(run, $"a{i}", new string('x', 40_000)) }), ScriptedRun.End(run)]);
        await App.UntilAsync(conversation, "agent_end", Cancel);

        await App.SayAsync(conversation, "@vps sum it up", Cancel);
        var forward = await vps.ForwardAsync(Cancel);

        var ids = Ids(forward);
        ids.Count.ShouldBeInRange(10, 30);
        (ids[0][0], ids[^1]).ShouldBe(('u', "a29"));
    }

    [Fact]
    public async Task Forward_InALongConversation_HasTheNewestPart()
    {
        await using var nas = await App.JoinAsync("nas", Cancel);
        await using var vps = await App.JoinAsync("vps", Cancel);
        var conversation = await App.ConversationAsync(Cancel);
        await App.SayAsync(conversation, "@nas talk", Cancel);
        var run = await nas.ForwardAsync(Cancel);
        await nas.SayAsync([ScriptedRun.User(run, run.MessageId, "talk"),
            .. Enumerable.Range(0, 500).SelectMany(i => new[] { ScriptedRun.User(run, $"u{i}", "go on"), ScriptedRun.Assistant(run, $"a{i}", "word") }), ScriptedRun.End(run)]);
        await App.UntilAsync(conversation, "agent_end", Cancel);

        await App.SayAsync(conversation, "@vps sum it up", Cancel);
        var forward = await vps.ForwardAsync(Cancel);

        forward.Context.Count.ShouldBeInRange(100, 400);
        Ids(forward)[0].ShouldStartWith("u");
        Ids(forward)[^1].ShouldBe("a499");
    }

    [Fact]
    public async Task Message_ThatCannotBeHandled_IsAnsweredAndTheNextOneGoesOn()
    {
        await using var nas = await App.JoinAsync("nas", Cancel);
        await using var vps = await App.JoinAsync("vps", Cancel);
        var conversation = await App.ConversationAsync(Cancel);
        await App.SayAsync(conversation, "@nas one", Cancel);
        await nas.AnswerAsync(await nas.ForwardAsync(Cancel), "done");
        await App.UntilAsync(conversation, "agent_end", Cancel);
        await App.Hub.Services.GetRequiredService<Database>().WriteAsync(
            tx => tx.Execute("update thread_events set json = '{' where conversation_id = @conversation and name = 'user_message'", new { conversation }), Cancel);

        // From the raw rows, since the broken one cannot be read by a client either.
        await App.SayAsync(conversation, "@vps two", Cancel);
        await Muster.Testing.Eventually.TrueAsync(() => AnsweredAsync(conversation), Cancel);
        await App.SayAsync(conversation, "@nas three", Cancel);

        (await nas.ForwardAsync(Cancel)).Text.ShouldBe("@nas three");
    }

    private async Task<bool> AnsweredAsync(string conversation) => await App.Hub.Services.GetRequiredService<Database>().ReadAsync(
        tx => tx.Scalar<long>(
            "select count(*) from thread_events where conversation_id = @conversation and name = 'notice' and json like '%The hub failed at this message%'",
            new { conversation }) == 1,
        Cancel);

    private static List<string> Ids(Forward forward) =>
        [.. forward.Context.Select(entry => System.Text.Json.JsonDocument.Parse(entry.MessageJson).RootElement.GetProperty("id").GetString()!)];
}
