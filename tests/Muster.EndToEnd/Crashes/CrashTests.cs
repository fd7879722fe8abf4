using Muster.Client;
using Muster.Testing.Models;
using Muster.Testing.Processes;
using Shouldly;
using Xunit;

namespace Muster.EndToEnd.Crashes;

public sealed class CrashTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Up_KilledMidAnswer_GoesOnAfterRestart()
    {
        await using var household = await Household.WithModelAsync(
            ModelReply.Text("never seen") with { Before = new Gate() },
            ModelReply.Text("Here is the answer."));
        var up = await household.UpAsync();
        var conversation = await SayAsync(household, "tell me");
        await household.Model.NextRequestAsync(Cancel);

        await up.KillAsync();
        await household.UpAsync();

        var events = await ThreadAsync(household, conversation);
        events.OfType<MessageEnd>().ShouldContain(end => end.Message.Text == "Here is the answer.");
        events.OfType<AgentEnd>().ShouldHaveSingleItem().Outcome.ShouldBe("completed");
        events.OfType<UserMessage>().ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Hub_KilledMidAnswer_HasTheAnswerOnceAfterRestart()
    {
        var gate = new Gate();
        await using var household = await Household.WithModelAsync(ModelReply.Text("Answered while you were away.") with { Before = gate });
        var hub = await household.HubAsync();
        var port = household.Port;
        await household.NodeAsync("nas");
        await household.OnlineAsync(1);
        var conversation = await SayAsync(household, "tell me");
        await household.Model.NextRequestAsync(Cancel);

        await hub.KillAsync();
        gate.Open();
        await household.HubAsync(port);

        var events = await ThreadAsync(household, conversation);
        events.OfType<MessageEnd>().Count(end => end.Message.Text == "Answered while you were away.").ShouldBe(1);
        events.OfType<AgentEnd>().ShouldHaveSingleItem().Outcome.ShouldBe("completed");
        household.Model.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Node_KilledMidTool_TellsTheModelThatItWasInterrupted()
    {
        await using var household = await Household.WithModelAsync(
            ModelReply.Call("shell", """{"command":"echo once >> ran.txt; sleep 97.531","timeout":110}"""),
            ModelReply.Text("It was interrupted."));
        await household.HubAsync();
        var node = await household.NodeAsync("nas");
        await household.OnlineAsync(1);
        var conversation = await SayAsync(household, "do it");
        await RunningProcesses.AppearAsync("97.531");

        await node.KillAsync();
        await RunningProcesses.DisappearAsync("97.531");
        await household.NodeAsync("nas");

        var events = await ThreadAsync(household, conversation);
        events.OfType<MessageEnd>().ShouldContain(end => end.Message.Text == "It was interrupted.");
        events.OfType<AgentEnd>().ShouldHaveSingleItem().Outcome.ShouldBe("completed");
        (await File.ReadAllTextAsync(Path.Combine(household.HomeOf("nas"), "work", "ran.txt"), Cancel)).ShouldBe("once\n");
    }

    private static async Task<string> SayAsync(Household household, string text)
    {
        using var client = household.Client();
        var conversation = (await client.Conversations.CreateAsync(cancellationToken: Cancel)).Id;
        var id = Protocol.Ids.Id<Protocol.Ids.Message>.New(TimeProvider.System).ToString();
        await client.Conversations.SendAsync(conversation, id, text, cancellationToken: Cancel);
        return conversation;
    }

    /// <summary>The thread up to its first end of a run.</summary>
    private static async Task<List<MusterEvent>> ThreadAsync(Household household, string conversation)
    {
        using var client = household.Client();
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        patience.CancelAfter(TimeSpan.FromSeconds(60));
        List<MusterEvent> events = [];
        await foreach (var happened in client.Events(conversation, cancellationToken: patience.Token))
        {
            events.Add(happened);
            if (happened is AgentEnd)
            {
                break;
            }
        }

        return events;
    }
}
