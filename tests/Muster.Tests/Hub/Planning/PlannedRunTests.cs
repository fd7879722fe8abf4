using System.Net.Http.Json;
using System.Text.Json;
using Muster.Agents.Providers;
using Muster.Hub;
using Muster.Hub.Chat.Assistant;
using Muster.Testing.Hub;
using Muster.Testing.Models;
using Shouldly;
using Xunit;

namespace Muster.Tests.Hub.Planning;

public sealed class PostgresPlannedRunTests : PlannedRunTests
{
    protected override HubEngine? Engine => OnPostgres.Engine;
}

/// <summary>Plans that run: a hub with a model that plans, and a real node whose agents do the steps.</summary>
public class PlannedRunTests : ModelPlanTest
{
    private const string TwoSteps = """
        {"complexity": "moderate", "reasoning": "One after the other.", "subtasks": [
          {"id": "find", "description": "Find the number", "kind": "code"},
          {"id": "double", "description": "Double the number", "kind": "code", "depends_on": ["find"]}]}
        """;

    [Fact]
    public async Task Wish_IsPlannedShownRunAndAnsweredOnce_WithResultsHandedOn()
    {
        await WithWorkerAsync(NodeModel);
        var conversation = await App.ConversationAsync(Cancel);
        HubModel.Calls("plan", TwoSteps).Calls("answer", """{"text": "Twice 21 is 42."}""");
        NodeModel.Says("The number is 21.").Says("Doubled: 42.");

        await App.SayAsync(conversation, "plan: find the number and double it", Cancel);

        var end = await App.UntilAsync(conversation, "agent_end", Cancel);
        end.GetProperty("outcome").GetString().ShouldBe("completed");
        (await App.UntilAsync(conversation, "routed", Cancel)).GetProperty("reason").GetString().ShouldBe("You asked for a plan.");
        (await App.UntilAsync(conversation, "notice", Cancel)).GetProperty("text").GetString()!.ShouldContain("- double: Double the number; after find");
        TextOf(await App.UntilAsync(conversation, "message_end", Cancel)).ShouldBe("Twice 21 is 42.");
        NodeModel.Requests[1].Messages[0].Text.ShouldContain("### find\nThe number is 21.");
        HubModel.Requests[1].Messages[0].Text.ShouldContain("Doubled: 42.");
        HubModel.Requests[0].Messages[0].Text.ShouldBe("find the number and double it");
    }

    [Fact]
    public async Task Step_ThatFails_IsTriedAgain_ThenReportedFirst()
    {
        await WithWorkerAsync(NodeModel);
        var conversation = await App.ConversationAsync(Cancel);
        HubModel.Calls("plan", """
            {"complexity": "moderate", "reasoning": "Both at once.", "subtasks": [
              {"id": "good", "description": "Do the easy part", "kind": "code"},
              {"id": "bad", "description": "Do the impossible part", "kind": "code"}]}
            """).Fails("The endpoint is down.");
        NodeModel.Otherwise = request => request.Messages[0].Text.Contains("impossible", StringComparison.Ordinal)
            ? new ScriptedAnswer().Fail("It cannot be.", Muster.Agents.Messages.ModelFailureKind.Invalid)
            : new ScriptedAnswer().Text("Easy.");

        await App.SayAsync(conversation, "plan: both parts", Cancel);

        (await App.UntilAsync(conversation, "agent_end", Cancel)).GetProperty("outcome").GetString().ShouldBe("failed");
        var text = TextOf(await App.UntilAsync(conversation, "message_end", Cancel));
        text.ShouldStartWith("**bad (failed)**");
        text.ShouldContain("**good (claimed)** Do the easy part\n\nEasy.");
        NodeModel.Requests.Count(request => request.Messages[0].Text.Contains("impossible", StringComparison.Ordinal)).ShouldBe(2);
    }

    [Fact]
    public async Task Stop_CancelsItsJob_AndWhatWaitedGoesOn()
    {
        await WithWorkerAsync(NodeModel);
        var conversation = await App.ConversationAsync(Cancel);
        HubModel.Calls("plan", TwoSteps).Says("I am here.");
        NodeModel.Then(new ScriptedAnswer().WaitFor(new TaskCompletionSource().Task));
        await App.SayAsync(conversation, "plan: find the number and double it", Cancel);
        await NodeModel.NextRequestAsync(Cancel);

        var stop = await App.SayAsync(conversation, "stop", Cancel);
        (await App.AnswerAsync(conversation, stop, Cancel)).ShouldStartWith("Stopped on worker");

        (await App.UntilAsync(conversation, "agent_end", Cancel)).GetProperty("outcome").GetString().ShouldBe("aborted");
        await Muster.Testing.Eventually.TrueAsync(
            async () => JsonElement.Parse(await App.Client.GetStringAsync("/api/v1/jobs", Cancel)).GetProperty("items")[0].GetProperty("state").GetString() == "cancelled", Cancel);
        await App.SayAsync(conversation, "@hub are you there?", Cancel);
        await App.UntilAsync(conversation, "message_end", Cancel, data => data.GetRawText().Contains("I am here.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Hub_KilledInTheMiddle_GoesOnWithTheSameJob()
    {
        var conversation = await App.ConversationAsync(Cancel);
        HubModel.Calls("plan", TwoSteps).Calls("answer", """{"text": "42."}""");
        await App.SayAsync(conversation, "plan: find the number and double it", Cancel);
        await Muster.Testing.Eventually.TrueAsync(
            async () => JsonElement.Parse(await App.Client.GetStringAsync("/api/v1/jobs", Cancel)).GetProperty("items").GetArrayLength() == 1, Cancel);
        NodeModel.Says("21").Says("42");

        await RestartAsync();
        await WithWorkerAsync(NodeModel);

        (await App.UntilAsync(conversation, "agent_end", Cancel)).GetProperty("outcome").GetString().ShouldBe("completed");
        JsonElement.Parse(await App.Client.GetStringAsync("/api/v1/jobs", Cancel)).GetProperty("items").GetArrayLength().ShouldBe(1);
        TextOf(await App.UntilAsync(conversation, "message_end", Cancel)).ShouldBe("42.");
    }

    [Fact]
    public async Task Message_WhileItRuns_WaitsForItsEnd()
    {
        await WithWorkerAsync(NodeModel);
        var conversation = await App.ConversationAsync(Cancel);
        var gate = new TaskCompletionSource();
        HubModel.Calls("plan", TwoSteps).Calls("answer", """{"text": "42."}""").Says("Done, as you see.");
        NodeModel.Then(new ScriptedAnswer().WaitFor(gate.Task).Text("21")).Says("42");
        await App.SayAsync(conversation, "plan: find the number and double it", Cancel);
        await NodeModel.NextRequestAsync(Cancel);

        await App.SayAsync(conversation, "@hub is it done?", Cancel);
        await App.NoticedAsync(conversation, "Queued until the work that is going on here has ended.", Cancel);
        gate.SetResult();

        await App.UntilAsync(conversation, "message_end", Cancel, data => data.GetRawText().Contains("Done, as you see.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Wish_ThatNeedsNoMachine_IsAnsweredByTheHub()
    {
        var conversation = await App.ConversationAsync(Cancel);
        HubModel.Calls("plan", """{"complexity": "simple", "reasoning": "A question.", "subtasks": [{"id": "a", "description": "Explain monads", "kind": "simple"}]}""").Says("A monad is a burrito.");

        await App.SayAsync(conversation, "plan: explain monads", Cancel);

        (await App.UntilAsync(conversation, "agent_end", Cancel)).GetProperty("outcome").GetString().ShouldBe("completed");
        TextOf(await App.UntilAsync(conversation, "message_end", Cancel)).ShouldBe("A monad is a burrito.");
        JsonElement.Parse(await App.Client.GetStringAsync("/api/v1/jobs", Cancel)).GetProperty("items").GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public async Task Subtask_Alone_RunsByItsOwn()
    {
        await WithWorkerAsync(NodeModel);
        NodeModel.Says("Measured.");

        using var answer = await App.Client.PostAsJsonAsync(
            "/api/v1/plans/run", new { subtasks = new[] { new { id = "two", description = "Measure it", depends_on = new[] { "one" }, node = "worker" } } }, Cancel);
        var job = (await answer.Content.ReadFromJsonAsync<JsonElement>(Cancel)).GetProperty("id").GetString()!;

        var (state, _) = await House.EndAsync(job);
        state.ShouldBe("succeeded");
    }
}
