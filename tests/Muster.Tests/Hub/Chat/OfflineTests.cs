using System.Net.Http.Json;
using System.Text.Json;
using Muster.Protocol.Wire;
using Muster.Testing;
using Muster.Testing.Hub;
using Shouldly;
using Xunit;

namespace Muster.Tests.Hub.Chat;

public sealed class PostgresOfflineTests : OfflineTests
{
    protected override HubEngine? Engine => OnPostgres.Engine;
}

public class OfflineTests : HubTest
{
    [Fact]
    public async Task Node_GoneAndBack_IsToldInTheThreadAndInTheInbox()
    {
        var node = await App.JoinAsync("nas", Cancel);
        var conversation = await App.ConversationAsync(Cancel);
        await node.DisposeAsync();
        await InboxAsync("⚠️ Node \"nas\" disconnected.");

        await using var back = await App.StartNodeAsync(node.Identity, Cancel);

        await InboxAsync("✅ Node \"nas\" reconnected.");
        await App.NoticedAsync(conversation, "⚠️ Node \"nas\" disconnected.", Cancel);
        await App.NoticedAsync(conversation, "✅ Node \"nas\" reconnected.", Cancel);
        var last = (await ItemsAsync())[^1].GetProperty("number").GetInt64();
        using var seen = await App.Client.PostAsJsonAsync("/api/v1/inbox/seen", new { number = last }, Cancel);
        seen.EnsureSuccessStatusCode();
        (await ItemsAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Message_ForAMachineThatIsGone_WaitsWhenTheUserSaysYesAndRunsOnItsReturn()
    {
        var node = await App.JoinAsync("nas", Cancel);
        await using var other = await App.JoinAsync("vps", Cancel);
        var conversation = await App.ConversationAsync(Cancel);
        await node.DisposeAsync();
        await App.NoticedAsync(conversation, "⚠️ Node \"nas\" disconnected.", Cancel);

        var message = await App.SayAsync(conversation, "on nas: count the files", Cancel);
        (await App.AnswerAsync(conversation, message, Cancel)).ShouldStartWith("Node nas is offline\n");
        var yes = await App.SayAsync(conversation, "yes", Cancel);
        (await App.AnswerAsync(conversation, yes, Cancel)).ShouldBe("All right: nas gets it when it is back.");
        await using var back = await App.StartNodeAsync(node.Identity, Cancel);

        var forward = await back.ForwardAsync(Cancel);
        forward.Text.ShouldBe("on nas: count the files");
        forward.MessageId.ShouldBe(yes);
    }

    [Fact]
    public async Task Message_ForAMachineThatIsGone_IsDroppedWhenTheUserSaysNo()
    {
        var node = await App.JoinAsync("nas", Cancel);
        await using var other = await App.JoinAsync("vps", Cancel);
        var conversation = await App.ConversationAsync(Cancel);
        await node.DisposeAsync();
        await App.NoticedAsync(conversation, "⚠️ Node \"nas\" disconnected.", Cancel);
        await App.AnswerAsync(conversation, await App.SayAsync(conversation, "on nas: count the files", Cancel), Cancel);

        var no = await App.SayAsync(conversation, "No, thanks.", Cancel);

        (await App.AnswerAsync(conversation, no, Cancel)).ShouldBe("All right: nothing was done.");
    }

    [Fact]
    public async Task Node_BackWithoutTheRun_InterruptsItAndSaysSo()
    {
        var node = await App.JoinAsync("nas", Cancel);
        var conversation = await App.ConversationAsync(Cancel);
        await App.SayAsync(conversation, "count the files", Cancel);
        var run = await node.ForwardAsync(Cancel);
        await node.SayAsync(ScriptedRun.User(run, run.MessageId, run.Text));
        await App.UntilAsync(conversation, "message_end", Cancel);
        await node.DisposeAsync();
        await App.NoticedAsync(conversation, "⚠️ Node \"nas\" disconnected.", Cancel);

        await using var back = await App.StartNodeAsync(node.Identity, Cancel);

        var end = await App.UntilAsync(conversation, "agent_end", Cancel);
        end.GetProperty("outcome").GetString().ShouldBe("interrupted");
        end.GetProperty("error").GetString()!.ShouldStartWith("nas no longer has this work");
    }

    [Fact]
    public async Task Node_RemovedInTheMiddle_InterruptsItsRun()
    {
        await using var node = await App.JoinAsync("nas", Cancel);
        var conversation = await App.ConversationAsync(Cancel);
        await App.SayAsync(conversation, "count the files", Cancel);
        await node.ForwardAsync(Cancel);

        using var removed = await App.Client.DeleteAsync("/api/v1/nodes/nas", Cancel);

        removed.EnsureSuccessStatusCode();
        (await App.UntilAsync(conversation, "agent_end", Cancel)).GetProperty("error").GetString()!.ShouldContain("was removed");
    }

    [Fact]
    public async Task Stop_MachineThatIsGone_EndsTheRunAndReachesItOnItsReturn()
    {
        var node = await App.JoinAsync("nas", Cancel);
        var conversation = await App.ConversationAsync(Cancel);
        await App.SayAsync(conversation, "count the files", Cancel);
        var run = await node.ForwardAsync(Cancel);
        await node.DisposeAsync();
        await App.NoticedAsync(conversation, "⚠️ Node \"nas\" disconnected.", Cancel);

        var message = await App.SayAsync(conversation, "/stop", Cancel);

        (await App.AnswerAsync(conversation, message, Cancel)).ShouldBe("nas did not answer; it stops as soon as it can be reached.");
        (await App.UntilAsync(conversation, "agent_end", Cancel)).GetProperty("outcome").GetString().ShouldBe("aborted");
        await using var back = await App.StartNodeAsync(node.Identity, Cancel);
        (await back.ReceiveAsync(Cancel)).Stop.RunId.ShouldBe(run.RunId);
    }

    [Fact]
    public async Task Hub_Restarted_HandsOnWhatItHadAcceptedAndTakesTheAnswerThatCameMeanwhile()
    {
        await using var node = await App.JoinAsync("nas", Cancel);
        var (one, two) = (await App.ConversationAsync(Cancel), await App.ConversationAsync(Cancel));
        await App.SayAsync(one, "first", Cancel);
        var run = await node.ForwardAsync(Cancel);
        node.Hold(run.RunId);

        var restarting = RestartAsync();
        await node.AnswerAsync(run, "done");
        await restarting;
        await App.UntilAsync(one, "agent_end", Cancel);
        await App.SayAsync(two, "on nas: second", Cancel);

        (await App.UntilAsync(one, "agent_end", Cancel)).GetProperty("outcome").GetString().ShouldBe("completed");
        (await node.ForwardAsync(Cancel)).Text.ShouldBe("on nas: second");
        var help = await App.SayAsync(one, "/help", Cancel);
        var names = new List<string>();
        await foreach (var item in App.WatchAsync(one, cancel: Cancel))
        {
            names.Add(item.Name);
            if (item.Name == "notice" && item.Data.TryGetProperty("reply_to", out var to) && to.GetString() == help)
            {
                break;
            }
        }

        names.Count(name => name == "agent_end").ShouldBe(1);
        names.Count(name => name == "routed").ShouldBe(1);
    }

    private async Task<List<JsonElement>> ItemsAsync() =>
        [.. (await App.Client.GetFromJsonAsync<JsonElement>("/api/v1/inbox", Cancel)).GetProperty("items").EnumerateArray()];

    private Task InboxAsync(string text) =>
        Eventually.TrueAsync(async () => (await ItemsAsync()).Exists(item => item.GetProperty("text").GetString() == text), Cancel);
}
