using System.Text.Json;
using Muster.Hub;
using Muster.Hub.Chat.Assistant;
using Muster.Testing.Hub;
using Shouldly;
using Xunit;

namespace Muster.Tests.Hub.Chat.Assistant;

public sealed class PostgresHubRulesTests : HubRulesTests
{
    protected override HubEngine? Engine => OnPostgres.Engine;
}

/// <summary>The hub's own assistant without any model: the built-in rules with the hub's tools.</summary>
public class HubRulesTests : HubTest
{
    [Theory]
    [InlineData("remember that the NAS is in the attic", "NAS is in the attic")]
    [InlineData("remind me in 30 minutes to call Bob", "I will remind you at ")]
    [InlineData("30分钟后提醒我开会", "提醒你：开会")]
    [InlineData("remind me in 1 hour and 30 minutes to call Bob", "): call Bob\n#")]
    [InlineData("两个半小时后提醒我开会", "提醒你：开会")]
    [InlineData("what time is it?", "It is ")]
    [InlineData("which machines are online?", "No machine has joined yet.")]
    public async Task NobodyOnline_WhatTheHubsToolsCan_IsAnswered(string text, string expected)
    {
        var conversation = await App.ConversationAsync(Cancel);

        await App.SayAsync(conversation, text, Cancel);

        var end = await App.UntilAsync(conversation, "message_end", Cancel, data => Role(data) == "assistant" && !data.GetRawText().Contains("tool_call", StringComparison.Ordinal));
        end.GetProperty("message").GetProperty("content")[0].GetProperty("text").GetString()!.ShouldContain(expected);
    }

    [Theory]
    [InlineData("hello")]
    [InlineData("how much disk is free?")]
    [InlineData("what is a Python generator?")]
    public async Task NobodyOnline_TheRest_SaysHowToAddAMachine(string text)
    {
        var conversation = await App.ConversationAsync(Cancel);

        var message = await App.SayAsync(conversation, text, Cancel);

        (await App.AnswerAsync(conversation, message, Cancel)).ShouldStartWith("There is no machine yet.");
    }

    private static string? Role(JsonElement data) => data.GetProperty("message").GetProperty("role").GetString();
}

public sealed class HubSwitchedOffTests : HubTest
{
    protected override HubOptions Configure(HubOptions options) => base.Configure(options) with { Assistant = new AssistantOptions { Hub = false } };

    [Theory]
    [InlineData("remember that the NAS is in the attic", "There is no machine yet.")]
    [InlineData("@hub hello", "There is no machine yet.")]
    public async Task Off_SaysWhatItSaidBefore(string text, string expected)
    {
        var conversation = await App.ConversationAsync(Cancel);

        var message = await App.SayAsync(conversation, text, Cancel);

        (await App.AnswerAsync(conversation, message, Cancel)).ShouldStartWith(expected);
    }
}
