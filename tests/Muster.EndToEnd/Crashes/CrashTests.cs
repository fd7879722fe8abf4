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
        var conversation = await household.SayAsync("tell me");
        await household.Model.NextRequestAsync(Cancel);

        await up.KillAsync();
        await household.UpAsync();

        var events = await household.ThreadAsync(conversation);
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
        var conversation = await household.SayAsync("tell me");
        await household.Model.NextRequestAsync(Cancel);

        await hub.KillAsync();
        gate.Open();
        await household.HubAsync(port);

        var events = await household.ThreadAsync(conversation);
        events.OfType<MessageEnd>().Count(end => end.Message.Text == "Answered while you were away.").ShouldBe(1);
        events.OfType<AgentEnd>().ShouldHaveSingleItem().Outcome.ShouldBe("completed");
        household.Model.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Node_KilledMidTool_TellsTheModelThatItWasInterrupted()
    {
        // With more than a minute it would go on in the background, and the model hear of its start.
        await using var household = await Household.WithModelAsync(
            ModelReply.Call("shell", """{"command":"echo once >> ran.txt; sleep 97.531","timeout":60}"""),
            ModelReply.Text("It was interrupted."));
        await household.HubAsync();
        var node = await household.NodeAsync("nas");
        await household.OnlineAsync(1);
        var conversation = await household.SayAsync("do it");
        await RunningProcesses.AppearAsync("sleep 97.531");

        await node.KillAsync();
        await RunningProcesses.DisappearAsync("97.531");
        await household.NodeAsync("nas");

        var events = await household.ThreadAsync(conversation);
        var end = events.OfType<AgentEnd>().ShouldHaveSingleItem();
        end.Outcome.ShouldBe("completed", end.Error);
        events.OfType<MessageEnd>().Select(said => said.Message.Text).ShouldContain("It was interrupted.");
        (await File.ReadAllTextAsync(Path.Combine(household.HomeOf("nas"), "work", "ran.txt"), Cancel)).ShouldBe("once\n");
    }

    [Fact]
    public async Task Up_CtrlCMidAnswer_GoesOnAfterTheNextStart()
    {
        await using var household = await Household.WithModelAsync(
            ModelReply.Text("never seen") with { Before = new Gate() },
            ModelReply.Text("Here is the answer."));
        var up = await household.UpAsync();
        var conversation = await household.SayAsync("tell me");
        await household.Model.NextRequestAsync(Cancel);

        await up.InterruptAsync();
        (await up.WaitForExitAsync()).ShouldBe(0);
        up.Error.ShouldContain("what runs goes on after the next start");
        await household.UpAsync();

        var events = await household.ThreadAsync(conversation);
        events.OfType<MessageEnd>().ShouldContain(end => end.Message.Text == "Here is the answer.");
        events.OfType<AgentEnd>().ShouldHaveSingleItem().Outcome.ShouldBe("completed");
    }

    [Fact]
    public async Task Hub_KilledRightAfterAccepting_AnswersOnceAfterRestart()
    {
        await using var household = await Household.WithModelAsync();
        household.Model.Responder = _ => ModelReply.Text("At last.");
        var up = await household.UpAsync();
        using var client = household.Client();
        var conversation = (await client.Conversations.CreateAsync(cancellationToken: Cancel)).Id;

        // The kill follows the acceptance at once: routing has hardly begun, and the message is still answered once.
        await household.SayAsync(conversation, "tell me");
        await up.KillAsync();
        await household.UpAsync();

        var events = await household.ThreadAsync(conversation);
        events.OfType<UserMessage>().ShouldHaveSingleItem().Text.ShouldBe("tell me");
        events.OfType<AgentEnd>().ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Message_WhileAToolRuns_SteersTheRun()
    {
        await using var household = await Household.WithModelAsync(
            ModelReply.Call("shell", """{"command":"until [ -e go ]; do sleep 0.05; done; sleep 0.2","timeout":60}"""),
            ModelReply.Text("Both done."));
        await household.UpAsync();
        var conversation = await household.SayAsync("do it");
        await RunningProcesses.AppearAsync("/bin/bash -c until [ -e go ]");

        await household.SayAsync(conversation, "and also this");
        await File.WriteAllTextAsync(Path.Combine(household.Work, "go"), "", Cancel);

        var events = await household.ThreadAsync(conversation);
        events.OfType<Routed>().Last().Steered.ShouldBeTrue();
        events.OfType<AgentEnd>().Single().Outcome.ShouldBe("completed");
        household.Model.Requests[1].Body.GetRawText().ShouldContain("and also this");
    }
}
