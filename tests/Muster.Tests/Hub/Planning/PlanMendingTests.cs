using System.Text.Json;
using Muster.Agents.Messages;
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

public sealed class PostgresPlanMendingTests : PlanMendingTests
{
    protected override HubEngine? Engine => OnPostgres.Engine;
}

/// <summary>Steps of plans that fail, are tried once more, and then in another way.</summary>
public class PlanMendingTests : ModelPlanTest
{
    private const string Plan = """
        {"complexity": "moderate", "reasoning": "One after the other.", "subtasks": [
          {"id": "where", "description": "Look where it may be", "kind": "code"},
          {"id": "find", "description": "Find the number", "kind": "code", "depends_on": ["where"]},
          {"id": "double", "description": "Double the number", "kind": "code", "depends_on": ["find"]}]}
        """;

    private const string Guess = """{"reasoning": "It may be guessed.", "subtasks": [{"id": "x", "description": "Guess the number", "kind": "code"}]}""";

    [Fact]
    public async Task Step_ThatFailedTwice_IsDoneInAnotherWay_AndWhatWaitedGoesOn()
    {
        await WithWorkerAsync(NodeModel);
        HubModel.Calls("plan", Plan).Calls("replan", Guess).Calls("answer", """{"text": "42."}""");
        NodeModel.Otherwise = Node(("Double", "Doubled: 42."), ("Guess", "It is 21."), ("Look where", "In the attic."));

        var conversation = await AskedAsync();

        (await App.UntilAsync(conversation, "agent_end", Cancel)).GetProperty("outcome").GetString().ShouldBe("completed");
        await App.NoticedAsync(conversation, "Step find failed: It cannot be. Trying another way: Guess the number.", Cancel);
        TextOf(await App.UntilAsync(conversation, "message_end", Cancel)).ShouldBe("42.");
        Asked("Find").ShouldBe(2);
        Asked("Guess").ShouldBe(1);
        Asked("Look where").ShouldBe(1);
        NodeModel.Requests.First(request => request.Messages[0].Text.StartsWith("Guess", StringComparison.Ordinal)).Messages[0].Text.ShouldContain("### where\nIn the attic.");
        NodeModel.Requests.First(request => request.Messages[0].Text.StartsWith("Double", StringComparison.Ordinal)).Messages[0].Text.ShouldContain("### find-again\nIt is 21.");
        var asked = HubModel.Requests[1];
        asked.Messages[0].Text.ShouldContain("The step that failed, find: Find the number\nIt ran on worker.\nIts error: It cannot be.");
        asked.Messages[0].Text.ShouldContain("In the attic.");
        HubModel.Requests[2].Messages[0].Text.ShouldContain("**find (claimed)** Find the number\n\nIt is 21.");
    }

    [Fact]
    public async Task OtherWay_ThatFailsToo_IsReported_AndNotPlannedAnew()
    {
        await WithWorkerAsync(NodeModel);
        HubModel.Calls("plan", Plan).Calls("replan", Guess).Fails("The endpoint is down.");
        NodeModel.Otherwise = Node(("Look where", "In the attic."));

        var conversation = await AskedAsync();

        (await App.UntilAsync(conversation, "agent_end", Cancel)).GetProperty("outcome").GetString().ShouldBe("failed");
        var text = TextOf(await App.UntilAsync(conversation, "message_end", Cancel));
        text.ShouldStartWith("**find (failed)** Find the number\n\nIt cannot be.\nAnother way failed, too: It cannot be.");
        text.ShouldContain("**double (failed)** Double the number\n\nIt was not begun.");
        HubModel.Requests.Count(request => request.Tools[0].Name == "replan").ShouldBe(1);
    }

    [Fact]
    public async Task Planner_ThatSeesNoOtherWay_IsHeard()
    {
        await WithWorkerAsync(NodeModel);
        HubModel.Calls("plan", Plan).Calls("replan", """{"reasoning": "Nobody knows it.", "subtasks": []}""").Calls("answer", """{"text": "No."}""");
        NodeModel.Otherwise = Node(("Look where", "In the attic."));

        var conversation = await AskedAsync();

        (await App.UntilAsync(conversation, "agent_end", Cancel)).GetProperty("outcome").GetString().ShouldBe("failed");
        await App.NoticedAsync(conversation, "Step find failed: It cannot be. There is no other way: Nobody knows it.", Cancel);
        (await JobsAsync()).GetArrayLength().ShouldBe(1);
    }

    [Fact]
    public async Task Hub_KilledMeanwhile_GoesOnWithTheOtherWay()
    {
        await WithWorkerAsync(NodeModel);
        var gate = new TaskCompletionSource();
        HubModel.Calls("plan", Plan).Calls("replan", Guess).Calls("answer", """{"text": "42."}""");
        var answers = Node(("Double", "Doubled: 42."), ("Look where", "In the attic."));
        NodeModel.Otherwise = request => request.Messages[0].Text.StartsWith("Guess", StringComparison.Ordinal) ? new ScriptedAnswer().WaitFor(gate.Task).Text("It is 21.") : answers(request);
        var conversation = await AskedAsync();
        await Eventually.TrueAsync(() => Task.FromResult(Asked("Guess") == 1), Cancel);

        await RestartAsync();
        gate.SetResult();

        (await App.UntilAsync(conversation, "agent_end", Cancel)).GetProperty("outcome").GetString().ShouldBe("completed");
        HubModel.Requests.Count(request => request.Tools[0].Name == "replan").ShouldBe(1);
        (await JobsAsync()).GetArrayLength().ShouldBe(2);
        Asked("Guess").ShouldBe(1);
    }

    [Fact]
    public async Task Stop_CancelsTheOtherWay()
    {
        await WithWorkerAsync(NodeModel);
        HubModel.Calls("plan", Plan).Calls("replan", Guess);
        var answers = Node(("Look where", "In the attic."));
        NodeModel.Otherwise = request => request.Messages[0].Text.StartsWith("Guess", StringComparison.Ordinal) ? new ScriptedAnswer().WaitFor(new TaskCompletionSource().Task) : answers(request);
        var conversation = await AskedAsync();
        await Eventually.TrueAsync(() => Task.FromResult(Asked("Guess") == 1), Cancel);

        await App.SayAsync(conversation, "stop", Cancel);

        (await App.UntilAsync(conversation, "agent_end", Cancel)).GetProperty("outcome").GetString().ShouldBe("aborted");
        await Eventually.TrueAsync(async () => (await JobsAsync()).EnumerateArray().Select(job => job.GetProperty("state").GetString()).Order().SequenceEqual(["cancelled", "failed"]), Cancel);
    }

    private async Task<string> AskedAsync()
    {
        var conversation = await App.ConversationAsync(Cancel);
        await App.SayAsync(conversation, "plan: find the number and double it", Cancel);
        return conversation;
    }

    /// <summary>Whose prompts begin so is answered; all else fails.</summary>
    private static Func<ModelRequest, ScriptedAnswer> Node(params (string Begins, string Says)[] answers) => request =>
        answers.FirstOrDefault(answer => request.Messages[0].Text.StartsWith(answer.Begins, StringComparison.Ordinal)).Says is { } says
            ? new ScriptedAnswer().Text(says)
            : new ScriptedAnswer().Fail("It cannot be.", ModelFailureKind.Invalid);

    private int Asked(string begins) => NodeModel.Requests.Count(request => request.Messages[0].Text.StartsWith(begins, StringComparison.Ordinal));

    private async Task<JsonElement> JobsAsync() => JsonElement.Parse(await App.Client.GetStringAsync("/api/v1/jobs", Cancel)).GetProperty("items");
}
