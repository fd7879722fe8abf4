using System.Net.Http.Json;
using System.Text.Json;
using Muster.Agents.Messages;
using Muster.Agents.Providers;
using Muster.Hub;
using Muster.Hub.Chat.Assistant;
using Muster.Testing;
using Muster.Testing.Hub;
using Muster.Testing.Models;
using Shouldly;
using Xunit;

namespace Muster.Tests.Hub.Chat.Assistant;

public sealed class PostgresHubAssistantTests : HubAssistantTests
{
    protected override HubEngine? Engine => OnPostgres.Engine;
}

/// <summary>The hub's own assistant, with a model.</summary>
public class HubAssistantTests : HubTest
{
    private readonly ScriptedModel _model = new();

    protected override HubOptions Configure(HubOptions options) => base.Configure(options) with
    {
        Assistant = new AssistantOptions
        {
            Models = new ModelCatalog([new ModelOptions { Name = "main", Stream = _model.Stream }], TimeProvider.System),
            RouteByModel = false,
            Rules = ["never delete mail"],
        },
    };

    [Fact]
    public async Task NobodyOnline_PlainQuestion_IsAnsweredByTheHub_WithTheEventsOfAnyRun()
    {
        var conversation = await App.ConversationAsync(Cancel);
        _model.Says("A generator ", "yields values.");

        await App.SayAsync(conversation, "what is a Python generator?", Cancel);

        var end = await App.UntilAsync(conversation, "agent_end", Cancel);
        end.GetProperty("outcome").GetString().ShouldBe("completed");
        var events = await EventsAsync(conversation);
        events.Select(item => item.Name).ShouldBe(
            ["user_message", "routed", "agent_start", "turn_start", "message_end", "turn_end", "agent_end"]);
        events[1].Data.GetProperty("node").GetString().ShouldBe("hub");
        events[1].Data.GetProperty("reason").GetString().ShouldBe("No machine is online, so the hub answers.");
        events[2].Data.GetProperty("node").GetString().ShouldBe("hub");
        events[4].Data.GetProperty("message").GetProperty("content")[0].GetProperty("text").GetString().ShouldBe("A generator yields values.");
        var request = _model.Requests.ShouldHaveSingleItem();
        request.System.ShouldContain("You run on the hub");
        request.System.ShouldContain("never delete mail");
        request.Tools.Select(tool => tool.Name).ShouldBe(["fleet", "memory_read", "memory_write", "nodes", "schedule", "submit_job", "system"], ignoreOrder: true);
    }

    [Fact]
    public async Task Answer_WhileItGrows_IsShownToWatchers()
    {
        var conversation = await App.ConversationAsync(Cancel);
        var gate = new TaskCompletionSource();
        _model.Then(new ScriptedAnswer().Text("first ").WaitFor(gate.Task).Text("second"));
        await App.SayAsync(conversation, "tell me a story", Cancel);

        var snapshot = false;
        await foreach (var item in App.WatchAsync(conversation, cancel: Cancel))
        {
            if (item.Name is "message_update" or "message_snapshot" && item.Data.GetRawText().Contains("first ", StringComparison.Ordinal))
            {
                snapshot = true;
                gate.TrySetResult();
            }

            if (item.Name == "agent_end")
            {
                break;
            }
        }

        snapshot.ShouldBeTrue();
    }

    [Fact]
    public async Task Tools_AskTheHubInTheUsersName()
    {
        var conversation = await App.ConversationAsync(Cancel);
        _model.Calls("memory_write", """{"text": "The NAS is in the attic."}""").Says("Noted.");

        await App.SayAsync(conversation, "keep in mind: the NAS is in the attic", Cancel);
        await App.UntilAsync(conversation, "agent_end", Cancel);

        (await App.Client.GetStringAsync("/api/v1/notes", Cancel)).ShouldContain("The NAS is in the attic.");
        var tool = await App.UntilAsync(conversation, "tool_execution_end", Cancel);
        tool.GetProperty("is_error").GetBoolean().ShouldBeFalse();
    }

    [Fact]
    public async Task Tools_OfAMachine_AreNotThere()
    {
        var conversation = await App.ConversationAsync(Cancel);
        _model.Calls("shell", """{"command": "id"}""").Says("I cannot.");

        await App.SayAsync(conversation, "who are you, and whose account is it?", Cancel);
        await App.UntilAsync(conversation, "agent_end", Cancel);

        (await App.UntilAsync(conversation, "tool_execution_end", Cancel)).GetProperty("is_error").GetBoolean().ShouldBeTrue();
    }

    [Theory]
    [InlineData("how much disk is free?")]
    [InlineData("show notes/plan.md")]
    [InlineData("restart nginx")]
    [InlineData("磁盘还剩多少？")]
    public async Task NobodyOnline_WhatNeedsAMachine_CanWaitForIt(string text)
    {
        await using (var node = await App.JoinAsync("nas", Cancel))
        {
        }

        await OfflineAsync();
        var conversation = await App.ConversationAsync(Cancel);

        var message = await App.SayAsync(conversation, text, Cancel);

        (await App.AnswerAsync(conversation, message, Cancel)).ShouldStartWith("Node nas is offline");
        _model.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task Addressed_WithAMachineOnline_AnswersWithoutMakingItselfActive()
    {
        await using var nas = await App.JoinAsync("nas", Cancel);
        var conversation = await App.ConversationAsync(Cancel);
        _model.Says("Hello.");

        await App.SayAsync(conversation, "@hub say hello", Cancel);
        await App.UntilAsync(conversation, "agent_end", Cancel);
        await App.SayAsync(conversation, "and now you", Cancel);

        var forward = await nas.ForwardAsync(Cancel);
        forward.Text.ShouldBe("and now you");
        forward.Context.Select(entry => entry.Origin).ShouldBe(["", "hub"]);
        _model.Requests.ShouldHaveSingleItem().Messages.ShouldHaveSingleItem().Text.ShouldBe("say hello");
    }

    [Fact]
    public async Task Next_KnowsTheThread_AndWhoseTurnsItWas()
    {
        await using var nas = await App.JoinAsync("nas", Cancel);
        var conversation = await App.ConversationAsync(Cancel);
        await App.SayAsync(conversation, "on nas: what is in the attic?", Cancel);
        await nas.AnswerAsync(await nas.ForwardAsync(Cancel), "Boxes.");
        await App.UntilAsync(conversation, "agent_end", Cancel);
        _model.Says("It said: boxes.").Says("As I said: boxes.");

        await App.SayAsync(conversation, "@hub what did it say?", Cancel);
        await App.UntilAsync(conversation, "message_end", Cancel, data => data.GetRawText().Contains("It said", StringComparison.Ordinal));
        await App.SayAsync(conversation, "@hub once more", Cancel);
        await App.UntilAsync(conversation, "message_end", Cancel, data => data.GetRawText().Contains("As I said", StringComparison.Ordinal));

        _model.Requests[0].Messages.Select(message => message.Text).ShouldBe(["on nas: what is in the attic?", "[the machine nas answered] Boxes.", "what did it say?"]);
        _model.Requests[1].Messages.OfType<AssistantMessage>().ShouldHaveSingleItem().Text.ShouldBe("It said: boxes.");
    }

    [Theory]
    [InlineData("what is the state of all my machines?")]
    [InlineData("系统状态")]
    public async Task StateOfTheSystem_WithSeveralMachines_IsForTheHub(string text)
    {
        await using var nas = await App.JoinAsync("nas", Cancel);
        await using var pi = await App.JoinAsync("pi", Cancel);
        var conversation = await App.ConversationAsync(Cancel);
        await App.AnswerAsync(conversation, await App.SayAsync(conversation, "/node nas", Cancel), Cancel);
        _model.Calls("nodes").Says("Both are online.");

        await App.SayAsync(conversation, text, Cancel);

        (await App.UntilAsync(conversation, "routed", Cancel)).GetProperty("node").GetString().ShouldBe("hub");
        (await App.UntilAsync(conversation, "tool_execution_end", Cancel)).GetProperty("text").GetString()!.ShouldContain("\"pi\"");
    }

    [Fact]
    public async Task Message_WhileItWorks_SteersIt()
    {
        var conversation = await App.ConversationAsync(Cancel);
        var gate = new TaskCompletionSource();
        _model.Then(new ScriptedAnswer().WaitFor(gate.Task).Call("nodes")).Says("In German, then.");
        await App.SayAsync(conversation, "tell me a story", Cancel);
        await _model.NextRequestAsync(Cancel);

        await App.SayAsync(conversation, "in German please", Cancel);
        await App.UntilAsync(conversation, "routed", Cancel, data => data.GetProperty("steered").GetBoolean());
        gate.SetResult();

        await App.UntilAsync(conversation, "agent_end", Cancel);
        _model.Requests[1].Messages[^1].Text.ShouldBe("in German please");
        (await EventsAsync(conversation)).Count(item => item.Name == "agent_end").ShouldBe(1);
    }

    [Fact]
    public async Task Plan_WhileItWorks_IsPlannedAfterwards_AndSaidToBe()
    {
        var conversation = await App.ConversationAsync(Cancel);
        var gate = new TaskCompletionSource();
        _model.Then(new ScriptedAnswer().WaitFor(gate.Task).Text("Once upon a time."))
            .Calls("plan", """{"complexity": "simple", "reasoning": "A question.", "subtasks": [{"id": "a", "description": "Explain monads", "kind": "simple"}]}""").Says("A burrito.");
        await App.SayAsync(conversation, "tell me a story", Cancel);
        await _model.NextRequestAsync(Cancel);

        await App.SayAsync(conversation, "plan: explain monads", Cancel);
        await App.NoticedAsync(conversation, "Queued: this is planned when the work that is going on here has ended.", Cancel);
        gate.SetResult();

        await App.UntilAsync(conversation, "routed", Cancel, data => data.GetProperty("reason").GetString() == "You asked for a plan.");
        await App.UntilAsync(conversation, "message_end", Cancel, data => data.GetRawText().Contains("A burrito.", StringComparison.Ordinal));
        (await EventsAsync(conversation)).ShouldNotContain(item => item.Name == "routed" && item.Data.GetProperty("steered").GetBoolean());
    }

    [Fact]
    public async Task Plan_ThatNamesAnotherMachineFirst_IsNotSaidToBeForThatMachine()
    {
        await using var nas = await App.JoinAsync("nas", Cancel);
        await using var pi = await App.JoinAsync("pi", Cancel);
        var conversation = await App.ConversationAsync(Cancel);
        await App.SayAsync(conversation, "@nas count the photos", Cancel);
        await nas.ForwardAsync(Cancel);

        await App.SayAsync(conversation, "list the files on pi and show the disk usage on nas", Cancel);

        await App.NoticedAsync(conversation, "Queued: this is planned when the work that is going on here has ended.", Cancel);
    }

    [Fact]
    public async Task Stop_EndsIt_WithAReceipt()
    {
        var conversation = await App.ConversationAsync(Cancel);
        _model.Then(new ScriptedAnswer().Text("Once ").WaitFor(new TaskCompletionSource().Task));
        await App.SayAsync(conversation, "tell me a story", Cancel);
        await _model.NextRequestAsync(Cancel);

        var stop = await App.SayAsync(conversation, "stop", Cancel);

        (await App.AnswerAsync(conversation, stop, Cancel)).ShouldStartWith("Stopped on hub (");
        (await App.UntilAsync(conversation, "agent_end", Cancel)).GetProperty("outcome").GetString().ShouldBe("aborted");
        _model.Says("Yes.");
        await App.SayAsync(conversation, "are you there", Cancel);
        await App.UntilAsync(conversation, "agent_end", Cancel, data => data.GetProperty("outcome").GetString() == "completed");
    }

    [Fact]
    public async Task Killed_GoesOnFromItsJournal_AndDoesNothingTwice()
    {
        var conversation = await App.ConversationAsync(Cancel);
        _model.Calls("memory_write", """{"text": "The key is under the mat."}""").Then(new ScriptedAnswer().Text("Half").WaitFor(new TaskCompletionSource().Task)).Says("Noted.");
        await App.SayAsync(conversation, "keep in mind where the key is: under the mat", Cancel);
        await _model.NextRequestAsync(Cancel);
        await _model.NextRequestAsync(Cancel);
        await App.SayAsync(conversation, "and thank you", Cancel);
        await App.UntilAsync(conversation, "routed", Cancel, data => data.GetProperty("steered").GetBoolean());
        _model.Otherwise = _ => new ScriptedAnswer().Text("You are welcome.");

        await RestartAsync();

        (await App.UntilAsync(conversation, "agent_end", Cancel)).GetProperty("outcome").GetString().ShouldBe("completed");
        JsonElement.Parse(await App.Client.GetStringAsync("/api/v1/notes", Cancel)).GetProperty("items").GetArrayLength().ShouldBe(1);
        var events = await EventsAsync(conversation);
        events.Count(item => item.Name == "agent_end").ShouldBe(1);
        events.Count(item => item.Name == "tool_execution_start").ShouldBe(1);
        events.Count(item => item.Name == "message_end" && item.Data.GetRawText().Contains("and thank you", StringComparison.Ordinal)).ShouldBe(1);
        events.Where(item => item.Name == "agent_start").Select(item => item.Data.GetProperty("resumed").GetBoolean()).ShouldBe([false, true]);
    }

    [Fact]
    public async Task Guest_GetsNothingThatChanges()
    {
        using var offer = await App.Client.PostAsJsonAsync("/api/v1/invites", new { role = "guest" }, Cancel);
        var invite = (await offer.Content.ReadFromJsonAsync<JsonElement>(Cancel)).GetProperty("token").GetString();
        using var joined = await App.Anonymous.PostAsJsonAsync("/api/v1/register", new { username = "bob", password = "correct horse", email = "bob@example.org", invite }, Cancel);
        joined.EnsureSuccessStatusCode();
        using var guest = App.NewClient((await joined.Content.ReadFromJsonAsync<JsonElement>(Cancel)).GetProperty("access_token").GetString());
        _model.Says("Hello.");
        using var made = await guest.PostAsJsonAsync("/api/v1/conversations", new { title = (string?)null }, Cancel);
        var conversation = (await made.Content.ReadFromJsonAsync<JsonElement>(Cancel)).GetProperty("id").GetString();

        using var sent = await guest.PostAsJsonAsync(
            $"/api/v1/conversations/{conversation}/messages", new { id = Muster.Protocol.Ids.Id<Muster.Protocol.Ids.Message>.New(TimeProvider.System).ToString(), text = "hello there" }, Cancel);
        sent.EnsureSuccessStatusCode();

        (await _model.NextRequestAsync(Cancel)).Tools.Select(tool => tool.Name).ShouldBe(["memory_read", "nodes", "system"], ignoreOrder: true);
    }

    /// <summary>The durable events of the thread until now.</summary>
    private async Task<IReadOnlyList<(string Name, JsonElement Data)>> EventsAsync(string conversation)
    {
        var events = new List<(string, JsonElement)>();
        await foreach (var item in App.WatchAsync(conversation, cancel: Cancel))
        {
            if (item.Id is not null)
            {
                events.Add((item.Name, item.Data));
            }

            if (item.Name == "agent_end")
            {
                break;
            }
        }

        return events;
    }

    private Task OfflineAsync() => Eventually.TrueAsync(
        async () => !(await App.Client.GetStringAsync("/api/v1/nodes", Cancel)).Contains("\"online\"", StringComparison.Ordinal), Cancel);
}
