using Microsoft.Extensions.DependencyInjection;
using Muster.Hub.Chat;
using Muster.Protocol.Ids;
using Muster.Storage;
using Muster.Testing.Hub;
using Shouldly;
using Xunit;

namespace Muster.Tests.Hub.Chat;

public sealed class PostgresNothingDroppedTests : NothingDroppedTests
{
    protected override HubEngine? Engine => OnPostgres.Engine;
}

/// <summary>What was said is done, or the thread says that it is not.</summary>
public class NothingDroppedTests : HubTest
{
    [Fact]
    public async Task Stop_OfARunThatWasToldMore_SaysWhatWasNeverTakenUp()
    {
        await using var node = await App.JoinAsync("nas", Cancel);
        var conversation = await App.ConversationAsync(Cancel);
        await App.SayAsync(conversation, "count the files", Cancel);
        var run = await node.ForwardAsync(Cancel);
        await App.SayAsync(conversation, "and the folders", Cancel);
        await node.ReceiveAsync(Cancel);

        await App.SayAsync(conversation, "/stop", Cancel);
        await node.ReceiveAsync(Cancel);
        await node.SayAsync(ScriptedRun.End(run, "aborted"));

        await App.NoticedAsync(conversation, "Withdrawn by /stop: \"and the folders\"", Cancel);
    }

    [Fact]
    public async Task Question_ThatIsFollowedBySomethingElse_IsSaidToBeLeft()
    {
        await using var nas = await App.JoinAsync("nas", Cancel);
        await using var pc = await App.JoinAsync("pc", Cancel);
        var conversation = await App.ConversationAsync(Cancel);
        await App.AnswerAsync(conversation, await App.SayAsync(conversation, "list files", Cancel), Cancel);
        await App.AnswerAsync(conversation, await App.SayAsync(conversation, "/nodes", Cancel), Cancel);

        var second = await App.SayAsync(conversation, "how much disk is free?", Cancel);

        await App.NoticedAsync(conversation, "Not done, as no machine was named for it: \"list files\".", Cancel);
        (await App.AnswerAsync(conversation, second, Cancel)).ShouldStartWith("On which machine?");
        await App.SayAsync(conversation, "1", Cancel);
        (await nas.ForwardAsync(Cancel)).Text.ShouldBe("how much disk is free?");
    }

    [Theory]
    [InlineData("/queue count them", "Not done, as no machine was named for it: \"list files\".")]
    [InlineData("/shell pwd", "Not done, as no machine was named for it: \"list files\".")]
    [InlineData("/stop", "Withdrawn by /stop: \"list files\"")]
    public async Task Question_ThatACommandPutsAside_IsSaidToBeLeft(string command, string said)
    {
        await using var nas = await App.JoinAsync("nas", Cancel);
        await using var pc = await App.JoinAsync("pc", Cancel);
        var conversation = await App.ConversationAsync(Cancel);
        await App.AnswerAsync(conversation, await App.SayAsync(conversation, "list files", Cancel), Cancel);

        await App.SayAsync(conversation, command, Cancel);

        await App.NoticedAsync(conversation, said, Cancel);
    }

    [Fact]
    public async Task Number_ThatNoMachineHas_LeavesTheQuestionOpen()
    {
        await using var nas = await App.JoinAsync("nas", Cancel);
        await using var pc = await App.JoinAsync("pc", Cancel);
        var conversation = await App.ConversationAsync(Cancel);
        await App.AnswerAsync(conversation, await App.SayAsync(conversation, "list files", Cancel), Cancel);

        (await App.AnswerAsync(conversation, await App.SayAsync(conversation, "7", Cancel), Cancel)).ShouldStartWith("There is no machine 7. On which machine?");

        await App.SayAsync(conversation, "2", Cancel);
        (await pc.ForwardAsync(Cancel)).Text.ShouldBe("list files");
    }

    [Fact]
    public async Task Stop_ThatAKilledHubHadAccepted_IsCarriedOutAtItsNextStart()
    {
        await using var node = await App.JoinAsync("nas", Cancel);
        var conversation = await App.ConversationAsync(Cancel);
        await App.SayAsync(conversation, "count the files", Cancel);
        var run = await node.ForwardAsync(Cancel);
        node.Hold(run.RunId);
        var stop = Id<Message>.New(TimeProvider.System).ToString();
        // As it is between accepting the message and stopping: nothing but its row is there.
        await App.Hub.Services.GetRequiredService<Database>().WriteAsync(
            tx => MessageStore.Add(
                tx,
                new MessageRow
                {
                    Id = stop, ConversationId = conversation, Text = "/stop", State = MessageState.Stopping, Number = 1_000,
                    UserId = tx.Scalar<string>("select user_id from conversations where id = @conversation", new { conversation }),
                },
                "api"),
            Cancel);

        await RestartAsync();

        (await node.ReceiveAsync(Cancel)).Stop.RunId.ShouldBe(run.RunId);
        (await App.UntilAsync(conversation, "agent_end", Cancel)).GetProperty("outcome").GetString().ShouldBe("aborted");
        (await App.AnswerAsync(conversation, stop, Cancel)).ShouldStartWith("nas did not answer");
    }

    [Fact]
    public async Task Run_WhoseMachineIsGone_IsSaidToGoOn()
    {
        var nas = await App.JoinAsync("nas", Cancel);
        var conversation = await App.ConversationAsync(Cancel);
        await App.SayAsync(conversation, "count the files", Cancel);
        await nas.ForwardAsync(Cancel);

        await nas.DisposeAsync();

        await App.NoticedAsync(conversation, "What nas was doing here goes on when it is back. /stop gives it up.", Cancel);
    }
}
