using System.Text.Json;
using Muster.Agents.Models;
using Muster.Agents.Providers;
using Muster.Hub;
using Muster.Hub.Chat.Assistant;
using Muster.Testing;
using Muster.Testing.Hub;
using Muster.Testing.Models;
using Shouldly;
using Xunit;

namespace Muster.Tests.Hub.Planning;

public sealed class PostgresPlanSteeringTests : PlanSteeringTests
{
    protected override HubEngine? Engine => OnPostgres.Engine;
}

/// <summary>What is said in the conversation of a plan while its steps work.</summary>
public class PlanSteeringTests : ModelPlanTest
{
    private const string TwoSteps = """
        {"complexity": "moderate", "reasoning": "One after the other.", "subtasks": [
          {"id": "find", "description": "Find the number", "kind": "code"},
          {"id": "double", "description": "Double the number", "kind": "code", "depends_on": ["find"]}]}
        """;

    [Fact]
    public async Task Message_ReachesTheStepThatWorks_AndThoseToCome_AndIsNotAnsweredAgain()
    {
        await WithWorkerAsync(NodeModel);
        var (conversation, looks, gate) = (await App.ConversationAsync(Cancel), 0, new TaskCompletionSource());
        HubModel.Calls("plan", TwoSteps).Calls("answer", """{"text": "42."}""");
        // It works until it has heard, which may be a moment after the thread says so.
        NodeModel.Otherwise = request => !Said(request).Contains("count from one") ? new ScriptedAnswer().WaitFor(gate.Task).Call("file_list", $$"""{"path":"{{looks++}}"}""")
            : new ScriptedAnswer().Text(Said(request)[0].Contains("### find", StringComparison.Ordinal) ? "44." : "It is 22.");
        await App.SayAsync(conversation, "plan: find the number and double it", Cancel);
        await NodeModel.NextRequestAsync(Cancel);

        await App.SayAsync(conversation, "count from one", Cancel);
        await App.NoticedAsync(conversation, "Told find (on worker); double hears it at the beginning.", Cancel);
        gate.SetResult();

        (await App.UntilAsync(conversation, "agent_end", Cancel)).GetProperty("outcome").GetString().ShouldBe("completed");
        var heard = NodeModel.Requests.Select(Said).Where(said => said.Contains("count from one")).ToList();
        heard.Count.ShouldBe(2, "once each");
        heard[1][0].ShouldContain("### find\nIt is 22.");
        heard[1][1].ShouldBe("count from one");
        HubModel.Says("Hello.");
        await App.SayAsync(conversation, "@hub hello", Cancel);
        await App.UntilAsync(conversation, "message_end", Cancel, data => data.GetRawText().Contains("Hello.", StringComparison.Ordinal));
        HubModel.Requests.Count.ShouldBe(3, "the plan, its answer, and the greeting");
    }

    [Theory]
    [InlineData("double: in words")]
    [InlineData("步骤 double：in words")]
    [InlineData("Step double: in words")]
    public async Task Message_ToOneStep_IsHeardByThatAlone(string said)
    {
        var (conversation, gate) = await AtWorkAsync();
        NodeModel.Says("Forty-two.");

        await App.SayAsync(conversation, said, Cancel);
        await App.UntilAsync(conversation, "notice", Cancel, data => data.GetRawText().Contains("double", StringComparison.Ordinal) && !data.GetRawText().Contains("find", StringComparison.Ordinal));
        gate.SetResult();

        await App.UntilAsync(conversation, "agent_end", Cancel);
        NodeModel.Requests.Count.ShouldBe(2);
        Texts(1)[1].ShouldBe("in words");
    }

    [Fact]
    public async Task Message_ThatNoStepCanHear_IsHandledWhenThePlanIsOver()
    {
        await WithWorkerAsync(NodeModel);
        var conversation = await App.ConversationAsync(Cancel);
        HubModel.Calls("plan", """{"complexity": "simple", "reasoning": "One.", "subtasks": [{"id": "only", "description": "$ until [ -e go ]; do sleep 0.1; done", "kind": "code"}]}""").Calls("answer", """{"text": "It is over."}""");
        NodeModel.Says("I hear you.");
        await App.SayAsync(conversation, "plan: wait for it", Cancel);
        await Eventually.TrueAsync(async () => (await App.Client.GetStringAsync("/api/v1/jobs", Cancel)).Contains("\"running\":1", StringComparison.Ordinal), Cancel);

        await App.SayAsync(conversation, "be gentle", Cancel);
        await App.NoticedAsync(conversation, "No step can be told this now; only cannot hear it (only runs a command line as it stands, which nobody can steer).", Cancel);
        await File.WriteAllTextAsync(Path.Combine(House.HomeOf("worker"), "work", "go"), "", Cancel);

        await App.UntilAsync(conversation, "message_end", Cancel, data => data.GetRawText().Contains("I hear you.", StringComparison.Ordinal));
        Texts(0)[^1].ShouldContain("be gentle");
    }

    [Theory]
    [InlineData("step find: stop", "The step find is stopped, and what builds on it is not done; the others go on.")]
    [InlineData("@worker /stop", "Stopped on worker (")]
    [InlineData("@worker stop", "Stopped on worker (")]
    public async Task Stop_OfOneStepOrMachine_EndsNoMoreThanThat(string said, string answer)
    {
        var (conversation, _) = await AtWorkAsync();

        await App.SayAsync(conversation, said, Cancel);
        await App.UntilAsync(conversation, "notice", Cancel, data => data.GetProperty("text").GetString()!.StartsWith(answer, StringComparison.Ordinal));

        (await App.UntilAsync(conversation, "agent_end", Cancel)).GetProperty("outcome").GetString().ShouldNotBe("aborted");
        NodeModel.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Stop_OfAMachineWhoseStepHasNotBegun_CancelsThatStep()
    {
        await WithWorkerAsync(NodeModel);
        await using var nas = await App.JoinAsync("nas", Cancel);
        var (conversation, gate) = (await App.ConversationAsync(Cancel), new TaskCompletionSource());
        HubModel.Calls("plan", """
            {"complexity": "moderate", "reasoning": "Side by side.", "subtasks": [
              {"id": "find", "description": "@worker find the number", "kind": "code"}, {"id": "look", "description": "@nas look at the stars", "kind": "code"}]}
            """).Calls("answer", """{"text": "21."}""");
        NodeModel.Then(new ScriptedAnswer().WaitFor(gate.Task).Text("It is 21."));
        await App.SayAsync(conversation, "plan: find the number, and look at the stars", Cancel);
        await NodeModel.NextRequestAsync(Cancel);

        var stop = await App.SayAsync(conversation, "@nas /stop", Cancel);
        (await App.AnswerAsync(conversation, stop, Cancel)).ShouldStartWith("Stopped on nas (");
        gate.SetResult();

        (await App.UntilAsync(conversation, "agent_end", Cancel)).GetProperty("outcome").GetString().ShouldNotBe("aborted");
    }

    [Fact]
    public async Task Queued_BehindAQuestion_WaitsForItsAnswer()
    {
        var (conversation, gate) = await AtWorkAsync();
        await using var nas = await App.JoinAsync("nas", Cancel);
        NodeModel.Says("42");
        var first = await App.SayAsync(conversation, "/queue list the files", Cancel);
        await App.SayAsync(conversation, "/queue count the files", Cancel);
        gate.SetResult();
        await App.UntilAsync(conversation, "notice", Cancel, data => data.TryGetProperty("reply_to", out var to) && to.GetString() == first && data.GetProperty("kind").GetString() == "which_machine");

        await App.SayAsync(conversation, "nas", Cancel);

        var run = await nas.ForwardAsync(Cancel);
        run.Text.ShouldBe("list the files");
        await nas.AnswerAsync(run, "Many.");
        (await nas.ForwardAsync(Cancel)).Text.ShouldBe("count the files");
    }

    [Theory]
    [InlineData("step 9: in words", "step 9")]
    [InlineData("fnid: stop", "fnid")]
    public async Task Message_ToAStepThatThereIsNot_IsToldToNobody(string said, string named)
    {
        var (conversation, gate) = await AtWorkAsync();
        NodeModel.Says("42");

        await App.SayAsync(conversation, said, Cancel);
        await App.NoticedAsync(conversation, $"The plan has no \"{named}\", so nobody was told. Its steps: find, double.", Cancel);
        gate.SetResult();

        await App.UntilAsync(conversation, "agent_end", Cancel);
        NodeModel.Requests.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Message_WithAColon_IsForAllSteps()
    {
        var (conversation, gate) = await AtWorkAsync();
        NodeModel.Otherwise = _ => new ScriptedAnswer().Text("42");

        await App.SayAsync(conversation, "fyi: in words", Cancel);
        await App.NoticedAsync(conversation, "Told find (on worker); double hears it at the beginning.", Cancel);
        gate.SetResult();

        await App.UntilAsync(conversation, "agent_end", Cancel);
    }

    [Fact]
    public async Task Plan_WithAStepForAMachineThatThereIsNot_RunsNowhere()
    {
        await WithWorkerAsync(NodeModel);
        var conversation = await App.ConversationAsync(Cancel);
        HubModel.Calls("plan", """{"complexity": "simple", "reasoning": "One.", "subtasks": [{"id": "wipe", "description": "@nsa $ rm -f wipe.txt", "kind": "files"}]}""");

        await App.SayAsync(conversation, "plan: @nsa $ rm -f wipe.txt", Cancel);

        (await App.UntilAsync(conversation, "agent_end", Cancel)).GetProperty("error").GetString()!.ShouldStartWith("Nothing of this plan was begun. There is no machine named nsa.");
        JsonElement.Parse(await App.Client.GetStringAsync("/api/v1/jobs", Cancel)).GetProperty("items").GetArrayLength().ShouldBe(0);
        HubModel.Says("Hello.");
        await App.SayAsync(conversation, "@hub hello", Cancel);
        await foreach (var item in App.WatchAsync(conversation, cancel: Cancel))
        {
            item.Data.GetRawText().ShouldNotContain("/stop", customMessage: "a plan that was never begun needs no stop");
            if (item.Data.GetRawText().Contains("Hello.", StringComparison.Ordinal))
            {
                break;
            }
        }
    }

    [Fact]
    public async Task Status_NamesTheSteps_WhatIsQueued_AndWhatRunsBehind()
    {
        var (conversation, gate) = await AtWorkAsync();
        NodeModel.Says("42").Says("Later.");
        await App.SayAsync(conversation, "/queue and then this", Cancel);
        await App.UntilAsync(conversation, "notice", Cancel, data => data.GetRawText().Contains("Queued", StringComparison.Ordinal));

        var status = await App.AnswerAsync(conversation, await App.SayAsync(conversation, "/status", Cancel), Cancel);

        status.ShouldMatch("^hub is working. /stop ends it.\n  ⏳ find  (leased|running) ");
        status.ShouldContain("  worker\n  ⏳ double  blocked\nQueued for after it: 1\nActive node: ");
        gate.SetResult();
    }

    [Fact]
    public async Task Interrupt_BreaksOffWhatTheStepDoes()
    {
        await WithWorkerAsync(NodeModel);
        var conversation = await App.ConversationAsync(Cancel);
        HubModel.Calls("plan", TwoSteps).Calls("answer", """{"text": "42."}""");
        NodeModel.Then(new ScriptedAnswer().WaitFor(new TaskCompletionSource().Task)).Says("21").Says("42");
        await App.SayAsync(conversation, "plan: find the number and double it", Cancel);
        await NodeModel.NextRequestAsync(Cancel);

        await App.SayAsync(conversation, "/interrupt find: it is on the door", Cancel);

        (await App.UntilAsync(conversation, "agent_end", Cancel)).GetProperty("outcome").GetString().ShouldBe("completed");
        Texts(1)[^1].ShouldBe("it is on the door");
    }

    [Fact]
    public async Task Message_ToTheHub_WaitsForTheEndOfThePlan()
    {
        var (conversation, gate) = await AtWorkAsync();
        NodeModel.Says("42");

        await App.SayAsync(conversation, "@hub is it done?", Cancel);
        await App.NoticedAsync(conversation, "Queued until the work that is going on here has ended.", Cancel);
        HubModel.Says("Done, as you see.");
        gate.SetResult();

        await App.UntilAsync(conversation, "message_end", Cancel, data => data.GetRawText().Contains("Done, as you see.", StringComparison.Ordinal));
    }

    /// <summary>A plan whose first step waits for its model.</summary>
    private async Task<(string Conversation, TaskCompletionSource Gate)> AtWorkAsync()
    {
        await WithWorkerAsync(NodeModel);
        var (conversation, gate) = (await App.ConversationAsync(Cancel), new TaskCompletionSource());
        HubModel.Calls("plan", TwoSteps).Calls("answer", """{"text": "42."}""");
        NodeModel.Then(new ScriptedAnswer().WaitFor(gate.Task).Text("It is 21."));
        await App.SayAsync(conversation, "plan: find the number and double it", Cancel);
        await NodeModel.NextRequestAsync(Cancel);
        return (conversation, gate);
    }

    private List<string> Texts(int call) => Said(NodeModel.Requests[call]);

    private static List<string> Said(ModelRequest request) => [.. request.Messages.Select(message => message.Text)];
}
