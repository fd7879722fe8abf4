using Muster.Protocol.Wire;
using Muster.Testing.Hub;
using Shouldly;
using Xunit;

namespace Muster.Tests.Hub.Chat.Undo;

/// <summary>What a hub orders of a machine for <c>/undo</c>, and what it makes of answers that come late.</summary>
public sealed class UndoOrderTests : HubTest
{
    [Fact]
    public async Task Report_ThatComesWhenNobodyWaits_IsTold()
    {
        await using var nas = await App.JoinAsync("nas", Cancel);
        var conversation = await App.ConversationAsync(Cancel);
        var message = await DoneAsync(nas, conversation, "change it");
        await App.SayAsync(conversation, "/undo", Cancel);
        var question = await OrderAsync(nas);
        question.Apply.ShouldBeFalse();
        await ReportAsync(nas, question, message, "back");
        var order = await OrderAsync(nas);
        order.Apply.ShouldBeTrue();

        await RestartAsync();
        await ReportAsync(nas, order, message, "back");

        await App.NoticedAsync(conversation, "Taken back what was done for \"change it\":\n  a.txt (nas)", Cancel);
    }

    [Fact]
    public async Task Report_OfAnotherConversation_IsNotTold()
    {
        await using var nas = await App.JoinAsync("nas", Cancel);
        await using var vps = await App.JoinAsync("vps", Cancel);
        var conversation = await App.ConversationAsync(Cancel);
        var message = await DoneAsync(nas, conversation, "@nas change it");

        await ReportAsync(vps, new UndoOrder { UndoId = "made up", Apply = true }, message, "back");
        await ReportAsync(nas, new UndoOrder { UndoId = "late", Apply = true }, message, "back");

        var told = await App.UntilAsync(conversation, "notice", Cancel, notice => notice.GetProperty("kind").GetString() == "undo");
        told.GetProperty("text").GetString()!.ShouldEndWith("a.txt (nas)");
    }

    [Theory]
    [InlineData("changed", "/undo again goes on with the request before.")]
    [InlineData("stays", "/undo again goes on with the request before.")]
    [InlineData("lost", "/undo again goes on with the request before.")]
    public async Task Undo_OfWhatCannotComeBack_OrdersToForgetItAndToChangeNothing(string state, string said)
    {
        await using var nas = await App.JoinAsync("nas", Cancel);
        var conversation = await App.ConversationAsync(Cancel);
        var message = await DoneAsync(nas, conversation, "change it");
        await App.SayAsync(conversation, "/undo", Cancel);

        await ReportAsync(nas, await OrderAsync(nas), message, state);

        (await SaidAsync(conversation)).ShouldEndWith(said);
        var order = await OrderAsync(nas);
        (order.Apply, order.Forget, order.MessageId).ShouldBe((false, true, message));
    }

    [Fact]
    public async Task Undo_OfWhatFailed_CanBeTriedAgainOrLeft()
    {
        await using var nas = await App.JoinAsync("nas", Cancel);
        var conversation = await App.ConversationAsync(Cancel);
        var message = await DoneAsync(nas, conversation, "change it");
        await App.SayAsync(conversation, "/undo", Cancel);
        await ReportAsync(nas, await OrderAsync(nas), message, "failed");
        (await SaidAsync(conversation)).ShouldEndWith("/undo tries it again; /undo yes leaves it, and the next /undo goes on with the request before.");

        await App.SayAsync(conversation, "/undo yes", Cancel);
        var again = await OrderAsync(nas);
        (again.Apply, again.Forget).ShouldBe((false, false));
        await ReportAsync(nas, again, message, "failed");

        (await OrderAsync(nas)).Forget.ShouldBeTrue();
    }

    private async Task<string> DoneAsync(ScriptedNode node, string conversation, string text)
    {
        var message = await App.SayAsync(conversation, text, Cancel);
        await node.AnswerAsync(await node.ForwardAsync(Cancel), "Done.");
        await App.UntilAsync(conversation, "agent_end", Cancel);
        return message;
    }

    private static async Task<UndoOrder> OrderAsync(ScriptedNode node) => (await node.ReceiveAsync(Cancel)).UndoOrder;

    private static Task ReportAsync(ScriptedNode node, UndoOrder order, string message, string state) => node.SayAsync(new Frame
    {
        UndoReport = new UndoReport { UndoId = order.UndoId, MessageId = message, Applied = order.Apply, Lines = { new UndoLine { Subject = "a.txt", State = state } } },
    });

    private async Task<string> SaidAsync(string conversation) =>
        (await App.UntilAsync(conversation, "notice", Cancel, notice => notice.GetProperty("kind").GetString() == "undo")).GetProperty("text").GetString()!;
}
