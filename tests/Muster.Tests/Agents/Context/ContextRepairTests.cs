using System.Text.Json;
using Muster.Agents.Context;
using Muster.Agents.Messages;
using Muster.Testing.Agents;
using Shouldly;
using Xunit;

namespace Muster.Tests.Agents.Context;

public sealed class ContextRepairTests
{
    [Fact]
    public void FailedAnswers_AreNotReplayed_NorTheirResults()
    {
        var failed = Calling("a") with { StopReason = StopReason.Error };
        var aborted = Said.Assistant("half") with { StopReason = StopReason.Aborted };

        Repair(Said.User("go"), failed, Result("a"), aborted, Said.User("again")).ShouldBe(["user go", "user again"]);
    }

    [Fact]
    public void CallWithoutResult_GetsOneRightBehind()
    {
        Repair(Said.User("go"), Calling("a", "b"), Result("b"), Said.User("next")).ShouldBe(
            ["user go", "calls a b", "result b ok", "result a No result provided", "user next"]);
    }

    [Fact]
    public void ResultWithoutCall_OrASecondOne_IsDropped()
    {
        Repair(Result("x"), Said.User("go"), Calling("a"), Result("a"), Result("a")).ShouldBe(["user go", "calls a", "result a ok"]);
    }

    [Fact]
    public void Thinking_IsKeptForItsOwnModelOnly()
    {
        var thinking = Said.Assistant("said") with { Content = [new ThinkingBlock("hm", "sig"), new TextBlock("said")] };

        ContextRepair.ForModel([thinking], "scripted")[0].Content.Count.ShouldBe(2);
        ContextRepair.ForModel([thinking with { Model = "other" }], "scripted")[0].Content.ShouldHaveSingleItem().ShouldBeOfType<TextBlock>();
        ContextRepair.ForModel([thinking with { Model = "other", Content = [new ThinkingBlock("hm")] }], "scripted").ShouldBeEmpty();
    }

    [Fact]
    public void TurnsOfAnotherMachine_AreShownWithItsName()
    {
        var answer = Calling("a") with { Origin = "nas", Content = [new TextBlock("20 GB free"), .. Calling("a").Content] };

        var shown = ContextRepair.ForModel([Said.User("disk?", origin: "nas"), answer, Result("a"), Said.User("and here?")], "scripted");

        shown.Select(message => message.Text).ShouldBe(
            ["[said to the machine nas] disk?", "[the machine nas answered using tool] 20 GB free", "and here?"]);
        shown.ShouldAllBe(message => message is UserMessage);
    }

    private static AssistantMessage Calling(params string[] ids) => Said.Assistant("", id: string.Concat(ids)) with
    {
        StopReason = StopReason.ToolUse,
        Content = [.. ids.Select(id => new ToolCallBlock(id, "tool", JsonElement.Parse("{}")))],
    };

    private static ToolResultMessage Result(string id) => new()
    {
        Id = $"result_{id}",
        At = DateTimeOffset.UnixEpoch,
        ToolCallId = id,
        ToolName = "tool",
        Content = [new TextBlock("ok")],
    };

    private static IEnumerable<string> Repair(params AgentMessage[] context) => ContextRepair.ForModel(context, "scripted").Select(message => message switch
    {
        AssistantMessage answer => $"calls {string.Join(' ', answer.ToolCalls.Select(call => call.Id))}",
        ToolResultMessage result => $"result {result.ToolCallId} {result.Text}",
        _ => $"user {message.Text}",
    });
}
