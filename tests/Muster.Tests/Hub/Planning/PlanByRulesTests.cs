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
