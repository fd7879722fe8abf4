using System.Net.Http.Json;
using System.Text.Json;
using Muster.Agents.Messages;
using Muster.Agents.Providers;
using Muster.Hub;
using Muster.Hub.Chat.Assistant;
using Muster.Protocol.Wire;
using Muster.Testing;
using Muster.Testing.Hub;
using Muster.Testing.Models;
using Shouldly;
using Xunit;

namespace Muster.Tests.Hub.Planning;

public sealed class PostgresPlanApprovalTests : PlanApprovalTests
{
    protected override HubEngine? Engine => OnPostgres.Engine;
}

/// <summary>A step whose agent wants what its machine's rules ask about: a command outside of the working folder.</summary>
public class PlanApprovalTests : ModelPlanTest
{
    private const string OneStep = """{"complexity": "simple", "reasoning": "One.", "subtasks": [{"id": "look", "description": "Look around", "kind": "code"}]}""";

    private readonly TemporaryFolder _outside = new();

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _outside.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Call_ThatAsks_WaitsForAYesAndIsMadeThen()
    {
        var (conversation, asked) = await AskedAsync();

        asked.GetProperty("reason").GetString().ShouldBe($"Step look on worker: It would run in {_outside.Path}, outside of the working folder {Path.Combine(House.HomeOf("worker"), "work")}.");
        asked.GetProperty("node").GetString().ShouldBe("worker");
        var (state, reason) = await TaskUntilAsync("paused");
        (state, reason).ShouldBe(("paused", "Its agent asks for your yes to shell: answer on the page Approvals, in the plan's conversation, or with muster approvals."));
        await AnswerAsync(asked, "allow");

        (await App.UntilAsync(conversation, "agent_end", Cancel)).GetProperty("outcome").GetString().ShouldBe("completed");
        Seen().ShouldBe(_outside.Path + "\n");
        (await TaskUntilAsync("succeeded")).Reason.ShouldBeNull();
    }

    [Fact]
    public async Task Call_ThatIsDenied_IsNotMade_AndTheAgentGoesOn()
    {
        var (conversation, asked) = await AskedAsync();

        await AnswerAsync(asked, "deny");

        (await App.UntilAsync(conversation, "agent_end", Cancel)).GetProperty("outcome").GetString().ShouldBe("completed");
        Told().ShouldBe("ada did not allow this call.");
    }

    [Fact]
    public async Task Call_ThatWaits_IsAllowedAfterARestartOfTheHub()
    {
        var (conversation, asked) = await AskedAsync();
        await RestartAsync();

        await AnswerAsync(asked, "allow");

        (await App.UntilAsync(conversation, "agent_end", Cancel)).GetProperty("outcome").GetString().ShouldBe("completed");
        Seen().ShouldBe(_outside.Path + "\n");
    }

    [Fact]
    public async Task Stop_RightAfterARestartOfTheHub_NamesTheMachine()
    {
        var (conversation, _) = await AskedAsync();
        await RestartAsync();

        var stop = await App.SayAsync(conversation, "/stop", Cancel);

        (await App.AnswerAsync(conversation, stop, Cancel)).ShouldContain("worker");
    }

    [Fact]
    public async Task Call_ThatWasAllowedForGood_IsNotAskedAboutAgain()
    {
        var (conversation, asked) = await AskedAsync(again: true);

        await AnswerAsync(asked, "allow", remember: true);

        (await App.UntilAsync(conversation, "agent_end", Cancel)).GetProperty("outcome").GetString().ShouldBe("completed");
        NodeModel.Requests.Count.ShouldBe(3);
        Seen().ShouldBe(_outside.Path + "\n");
    }

    [Theory]
    [InlineData("/stop")]
    [InlineData("step look: stop")]
    public async Task Call_OfAStepThatIsStopped_IsNotAskedAboutAnyMore(string said)
    {
        var (conversation, asked) = await AskedAsync();

        await App.SayAsync(conversation, said, Cancel);

        await WithdrawnAsync(conversation, asked);
        await App.UntilAsync(conversation, "agent_end", Cancel);
        (await WaitingAsync()).ShouldBe(0);
        NodeModel.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Call_ThatIsBrokenOff_IsNotAskedAboutAnyMore_AndItsTaskRunsOn()
    {
        var (conversation, asked) = await AskedAsync(then: new ScriptedAnswer().WaitFor(new TaskCompletionSource().Task));
        await TaskUntilAsync("paused");

        await App.SayAsync(conversation, "/interrupt look: stay at home", Cancel);

        await WithdrawnAsync(conversation, asked);
        await TaskUntilAsync("running");
        await App.SayAsync(conversation, "/stop", Cancel);
        await App.UntilAsync(conversation, "agent_end", Cancel);
    }

    [Theory]
    [InlineData("yes")]
    [InlineData("approve")]
    [InlineData("不要")]
    public async Task Answer_InWordsOfOnesOwn_IsToldToNobody(string said)
    {
        var (conversation, asked) = await AskedAsync();

        var answer = await App.AnswerAsync(conversation, await App.SayAsync(conversation, said, Cancel), Cancel);

        answer.ShouldContain("/approve");
        answer.ShouldEndWith($$"""  shell {"command":"pwd > seen.txt","cwd":"{{_outside.Path}}","timeout":30} (worker, {{_outside.Path}})""");
        (await App.AnswerAsync(conversation, await App.SayAsync(conversation, "/status", Cancel), Cancel)).ShouldStartWith("This waits for your yes; /approve or /deny answers, /stop ends it:\n#");
        await AnswerAsync(asked, "allow");
        await App.UntilAsync(conversation, "agent_end", Cancel);
        NodeModel.Requests.ShouldAllBe(request => request.Messages.All(message => message.Text != said));
    }

    [Fact]
    public async Task Approve_OfSomethingThatDoesNotWait_NamesWhatDoes()
    {
        var (conversation, _) = await AskedAsync();
        using var ada = With(await OkAsync(App.Anonymous, HttpMethod.Post, "login", new { username = "ada", password = Password, approve = true }));
        var id = Muster.Protocol.Ids.Id<Muster.Protocol.Ids.Message>.New(TimeProvider.System).ToString();

        await OkAsync(ada, HttpMethod.Post, $"conversations/{conversation}/messages", new { id, text = "/approve all" });

        (await App.AnswerAsync(conversation, id, Cancel)).ShouldStartWith("No approval is called all. Those that wait:\n#");
    }

    [Fact]
    public async Task Yes_OfSomebodyWhoMayRunNothingThereAnyMore_CountsNot()
    {
        await App.ClaimAsync(Password);
        await WithWorkerAsync(NodeModel);
        var bob = await JoinAsync("bob");
        await OkAsync(Ada, HttpMethod.Put, "nodes/worker/permissions", new { ask = new[] { "bob" }, run = new[] { "bob" } });
        Script();
        await AskAsync(bob.Client, "plan: look around");
        JsonElement asked = default;
        await Eventually.TrueAsync(
            async () => (asked = (await OkAsync(bob.Client, HttpMethod.Get, "approvals")).GetProperty("items")).GetArrayLength() == 1, Cancel);
        using var answering = With(await OkAsync(App.Anonymous, HttpMethod.Post, "login", new { username = "bob", password = Password, approve = true }));

        await OkAsync(Ada, HttpMethod.Put, "nodes/worker/permissions", new { ask = new[] { "bob" }, run = Array.Empty<string>() });

        (await SendAsync(answering, HttpMethod.Post, "approvals/" + asked[0].GetProperty("id").GetString(), new { decision = "allow" })).Code.ShouldBe("may_not_run");
        await OkAsync(answering, HttpMethod.Post, "approvals/" + asked[0].GetProperty("id").GetString(), new { decision = "deny" });
    }

    [Fact]
    public async Task Machine_ThatAsksAboutATaskThatItDoesNotHave_IsToldSo()
    {
        await using var nas = await App.JoinAsync("nas", Cancel);

        await nas.SayAsync(new Frame { HubCall = new HubCall { CallId = "call", Method = "attempt.goes_on", Ref = new AttemptRef { Job = 7, Attempt = 1 } } });

        (await nas.ReceiveAsync(Cancel)).HubReply.Error.ShouldBe("This task was given up on this machine: nothing more is done.");
    }

    [Fact]
    public async Task Call_OnAMachineThatIsRemoved_IsNotAskedAboutAnyMore()
    {
        var (conversation, asked) = await AskedAsync();

        await OkAsync(Ada, HttpMethod.Delete, "nodes/worker");

        await WithdrawnAsync(conversation, asked);
        await App.SayAsync(conversation, "/stop", Cancel);
        await App.UntilAsync(conversation, "agent_end", Cancel);
    }

    [Fact]
    public async Task Hub_WithoutAPassword_SaysThatNobodyCanBeAsked()
    {
        await WithWorkerAsync(NodeModel);
        var conversation = await SayPlanAsync();

        (await App.UntilAsync(conversation, "agent_end", Cancel)).GetProperty("outcome").GetString().ShouldBe("completed");
        Told().ShouldStartWith("This call needs a person's yes, and nobody can give it yet");
    }

    [Fact]
    public async Task Call_OfAPlanThatIsAJobAlone_IsRefused()
    {
        await App.ClaimAsync(Password);
        await WithWorkerAsync(NodeModel);
        NodeModel.Calls("shell", JsonSerializer.Serialize(new { command = "pwd", cwd = _outside.Path })).Says("Seen.");

        await OkAsync(Ada, HttpMethod.Post, "plans/run", new { name = "look", subtasks = new[] { new { id = "look", description = "Look around" } } });

        await TaskUntilAsync("succeeded");
        Told().ShouldEndWith("In a task there is nobody to ask, so it is not done.");
        (await WaitingAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task Undo_TakesBackWhatAStepChanged()
    {
        await WithWorkerAsync(NodeModel);
        var conversation = await App.ConversationAsync(Cancel);
        var file = Path.Combine(House.HomeOf("worker"), "work", "a.txt");
        await File.WriteAllTextAsync(file, "old", Cancel);
        HubModel.Calls("plan", OneStep).Calls("answer", """{"text": "Done."}""");
        NodeModel.Calls("file_write", """{"path": "a.txt", "content": "new"}""").Says("Written.");
        await App.SayAsync(conversation, "plan: write it", Cancel);
        await App.UntilAsync(conversation, "agent_end", Cancel);
        (await File.ReadAllTextAsync(file, Cancel)).ShouldBe("new");

        await App.SayAsync(conversation, "/undo", Cancel);

        await Eventually.TrueAsync(async () => await File.ReadAllTextAsync(file, Cancel) == "old", Cancel);
    }

    /// <summary>A plan whose one step waits for a yes.</summary>
    private async Task<(string Conversation, JsonElement Asked)> AskedAsync(bool again = false, ScriptedAnswer? then = null)
    {
        await App.ClaimAsync(Password);
        await WithWorkerAsync(NodeModel);
        var conversation = await SayPlanAsync(again, then);
        return (conversation, await App.UntilAsync(conversation, "approval", Cancel));
    }

    private async Task<string> SayPlanAsync(bool again = false, ScriptedAnswer? then = null)
    {
        var conversation = await App.ConversationAsync(Cancel);
        Script(again, then);
        await App.SayAsync(conversation, "plan: look around", Cancel);
        return conversation;
    }

    private void Script(bool again = false, ScriptedAnswer? then = null)
    {
        HubModel.Calls("plan", OneStep).Calls("answer", """{"text": "Done."}""");
        for (var call = 0; call < (again ? 2 : 1); call++)
        {
            NodeModel.Calls("shell", $$"""{"command": "pwd \u003e seen.txt", "cwd": "{{_outside.Path}}"}""");
        }

        NodeModel.Then(then ?? new ScriptedAnswer().Text("Seen."));
    }

    private async Task AnswerAsync(JsonElement asked, string decision, bool remember = false)
    {
        using var ada = With(await OkAsync(App.Anonymous, HttpMethod.Post, "login", new { username = "ada", password = Password, approve = true }));
        await OkAsync(ada, HttpMethod.Post, "approvals/" + asked.GetProperty("id").GetString(), new { decision, remember });
    }

    private Task<JsonElement> WithdrawnAsync(string conversation, JsonElement asked) => App.UntilAsync(
        conversation, "approval", Cancel, data => data.GetProperty("id").GetString() == asked.GetProperty("id").GetString() && data.GetProperty("state").GetString() == "withdrawn");

    private async Task<int> WaitingAsync() => (await Ada.GetFromJsonAsync<JsonElement>("/api/v1/approvals", Cancel)).GetProperty("items").GetArrayLength();

    private async Task<(string State, string? Reason)> TaskUntilAsync(string state)
    {
        JsonElement task = default;
        await Eventually.TrueAsync(
            async () =>
            {
                var jobs = await Ada.GetFromJsonAsync<JsonElement>("/api/v1/jobs", Cancel);
                var tasks = await Ada.GetFromJsonAsync<JsonElement>($"/api/v1/jobs/{jobs.GetProperty("items")[0].GetProperty("id").GetString()}/tasks", Cancel);
                task = tasks.GetProperty("items")[0];
                return task.GetProperty("state").GetString() == state;
            },
            Cancel,
            () => $"{task}");
        return (state, task.TryGetProperty("reason", out var reason) ? reason.GetString() : null);
    }

    /// <summary>What the command left.</summary>
    private string Seen() => File.ReadAllText(Path.Combine(_outside.Path, "seen.txt"));

    /// <summary>The result of the last call, as the step's model saw it.</summary>
    private string Told() => NodeModel.Requests[^1].Messages.OfType<ToolResultMessage>().Last().Text;
}
