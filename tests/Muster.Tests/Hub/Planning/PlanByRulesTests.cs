using System.Text.Json;
using Muster.Agents.Messages;
using Muster.Testing.Models;
using Shouldly;
using Xunit;

namespace Muster.Tests.Hub.Planning;

/// <summary>Plans of a hub without a model.</summary>
public sealed class PlanByRulesTests : PlanTest
{
    private string? _broken;

    [Fact]
    public async Task Step_ThatFailedOnOneMachine_IsDoneOnAnother()
    {
        await WithTwoAsync();
        var conversation = await App.ConversationAsync(Cancel);

        await App.SayAsync(conversation, "plan: download the list of primes", Cancel);

        (await App.UntilAsync(conversation, "agent_end", Cancel)).GetProperty("outcome").GetString().ShouldBe("completed");
        var other = _broken == "alpha" ? "beta" : "alpha";
        await App.NoticedAsync(conversation, $"Step step1 failed: The disk is broken. Trying another way: download the list of primes (on {other}).", Cancel);
        (await App.UntilAsync(conversation, "message_end", Cancel)).GetRawText().ShouldContain($"done by {other}");
    }

    [Fact]
    public async Task Step_ThatAPersonPinned_StaysWhereItWasAskedFor()
    {
        await WithTwoAsync();
        _broken = "alpha";
        var conversation = await App.ConversationAsync(Cancel);

        await App.SayAsync(conversation, "计划：在 alpha 上计算素数", Cancel);

        (await App.UntilAsync(conversation, "agent_end", Cancel)).GetProperty("outcome").GetString().ShouldBe("failed");
        await App.NoticedAsync(conversation, "步骤 step1 失败：The disk is broken。没有别的做法。", Cancel);
    }

    [Theory]
    [InlineData("list the files on alpha and show the disk usage on beta", "list the files on alpha", "show the disk usage on beta", "You named several machines.")]
    [InlineData("在 alpha 上列出文件，在 beta 上查看磁盘", "在 alpha 上列出文件", "在 beta 上查看磁盘", "你点名了几台机器。")]
    public async Task Request_OfTwoMachines_IsDoneByEachAndAnsweredOnce(string text, string first, string second, string reason)
    {
        var (alpha, beta) = (new ScriptedModel { Otherwise = _ => new ScriptedAnswer().Text("said by alpha") }, new ScriptedModel { Otherwise = _ => new ScriptedAnswer().Text("said by beta") });
        await House.AddAsync("alpha", model: alpha);
        await House.AddAsync("beta", model: beta);
        var conversation = await App.ConversationAsync(Cancel);

        await App.SayAsync(conversation, text, Cancel);

        (await App.UntilAsync(conversation, "routed", Cancel)).GetProperty("reason").GetString().ShouldBe(reason);
        var answer = (await App.UntilAsync(conversation, "message_end", Cancel)).GetRawText();
        answer.ShouldContain("said by alpha");
        answer.ShouldContain("said by beta");
        alpha.Requests.ShouldHaveSingleItem().Messages[0].Text.ShouldStartWith(first);
        beta.Requests.ShouldHaveSingleItem().Messages[0].Text.ShouldStartWith(second);
    }

    [Theory]
    [InlineData("run echo one on alpha and run echo two on beta")]
    [InlineData("plan: on alpha: run echo one and on beta: run echo two")]
    public async Task Command_ForAMachine_IsRunThereWithoutItsName(string text)
    {
        House.ByRules = true;
        await House.AddAsync("alpha");
        await House.AddAsync("beta");
        var conversation = await App.ConversationAsync(Cancel);

        await App.SayAsync(conversation, text, Cancel);

        var answer = (await App.UntilAsync(conversation, "message_end", Cancel)).GetRawText();
        answer.ShouldContain("\\none\\n");
        answer.ShouldContain("\\ntwo\\n");
    }

    [Fact]
    public async Task Request_OfTwoMachinesThatIsNotClean_GoesToOne()
    {
        var (alpha, beta) = (new ScriptedModel { Otherwise = _ => new ScriptedAnswer().Text("said by alpha") }, new ScriptedModel { Otherwise = _ => new ScriptedAnswer().Text("said by beta") });
        await House.AddAsync("alpha", model: alpha);
        await House.AddAsync("beta", model: beta);
        var conversation = await App.ConversationAsync(Cancel);

        await App.SayAsync(conversation, "compare the photos on alpha and those on beta", Cancel);

        (await App.UntilAsync(conversation, "routed", Cancel)).GetProperty("reason").GetString().ShouldBe("You named beta.");
    }

    /// <summary>The first of them that is asked cannot do it, ever.</summary>
    private async Task WithTwoAsync()
    {
        foreach (var name in (string[])["alpha", "beta"])
        {
            var model = new ScriptedModel
            {
                Otherwise = _ => (_broken ??= name) == name ? new ScriptedAnswer().Fail("The disk is broken.", ModelFailureKind.Invalid) : new ScriptedAnswer().Text($"done by {name}"),
            };
            await House.AddAsync(name, model: model);
        }
    }
}
