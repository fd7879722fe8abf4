using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Muster.Agents.Messages;
using Muster.Protocol.Ids;
using Muster.Testing;
using Muster.Testing.Hub;
using Muster.Testing.Models;
using Muster.Tests.Cli;
using Shouldly;
using Xunit;

namespace Muster.Tests.Hub.Jobs.Steering;

/// <summary>What people say to agents of their jobs, against a hub with a real node.</summary>
public sealed class SteerJobTests : IAsyncLifetime
{
    private const string OneAgent = "name: letter\ntasks: [{ id: write, runtime: agent, objective: Write a letter }]";
    private readonly ScriptedModel _model = new();
    private PoolHouse _house = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _house = await PoolHouse.StartAsync(Cancel, nodes: 0);
        await _house.AddAsync("desk", model: _model);
    }

    public ValueTask DisposeAsync() => _house.DisposeAsync();

    [Fact]
    public async Task Message_IsHeardOnce_HoweverOftenItIsSent()
    {
        var (gate, job) = await AtWorkAsync();
        _model.Says("In French: Cher ami.");
        var message = Id<Message>.New(TimeProvider.System).ToString();

        var told = await SteerAsync(job, new { text = "in French", id = message });
        await SteerAsync(job, new { text = "in French", id = message });
        gate.SetResult();

        var only = told.GetProperty("tasks").EnumerateArray().ShouldHaveSingleItem();
        (only.GetProperty("step").GetString(), only.GetProperty("node").GetString()).ShouldBe(("write", "desk"));
        var (state, tasks) = await _house.EndAsync(job);
        state.ShouldBe("succeeded");
        _model.Requests.Count.ShouldBe(2);
        _model.Requests[1].Messages.Select(said => said.Text.Split('\n')[0]).ShouldBe(["Write a letter", "Dear friend.", "in French"]);
        tasks[0].GetProperty("history").GetArrayLength().ShouldBe(1);
        var heard = tasks[0].GetProperty("said").EnumerateArray().ShouldHaveSingleItem();
        (heard.GetProperty("text").GetString(), heard.GetProperty("heard").GetBoolean()).ShouldBe(("in French", true));
        (await LogAsync(job)).ShouldContain(": in French");
        (await InboxAsync()).ShouldNotContain("in French");
    }

    [Theory]
    [InlineData("/stop")]
    [InlineData("停止")]
    public async Task Stop_IsNothingThatAnAgentIsTold(string text)
    {
        var (gate, job) = await AtWorkAsync();

        using var answer = await _house.Hub.Client.PostAsJsonAsync($"/api/v1/jobs/{job}/steer", new { text }, Cancel);

        answer.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await answer.Content.ReadAsStringAsync(Cancel)).ShouldContain($"muster job cancel {job}");
        gate.SetResult();
        (await _house.EndAsync(job)).State.ShouldBe("succeeded");
        _model.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Messages_AllAtOnce_AreNoMoreThanAJobTakes()
    {
        var (gate, job) = await AtWorkAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 80).Select(async number =>
        {
            using var answer = await _house.Hub.Client.PostAsJsonAsync($"/api/v1/jobs/{job}/steer", new { text = $"also {number}" }, Cancel);
            return answer.StatusCode;
        }));

        answers.Count(status => status == HttpStatusCode.OK).ShouldBe(50);
        answers.Count(status => status == HttpStatusCode.Conflict).ShouldBe(30);
        // They reach the agent one by one, and so in one turn or in several.
        _model.Otherwise = _ => new ScriptedAnswer().Text("All of it.");
        gate.SetResult();
        (await _house.EndAsync(job)).State.ShouldBe("succeeded");
    }

    [Fact]
    public async Task Message_WithTheIdOfAnother_IsRefused()
    {
        var (gate, job) = await AtWorkAsync();
        _model.Says("In French: Cher ami.");
        var message = Id<Message>.New(TimeProvider.System).ToString();
        await SteerAsync(job, new { text = "in French", id = message });

        using var again = await _house.Hub.Client.PostAsJsonAsync($"/api/v1/jobs/{job}/steer", new { text = "in German", id = message }, Cancel);

        again.StatusCode.ShouldBe(HttpStatusCode.Conflict);
        gate.SetResult();
        await _house.EndAsync(job);
    }

    [Fact]
    public async Task Message_WhereItsUserMayRunNothingAnyMore_IsRefused()
    {
        var gate = new TaskCompletionSource();
        _model.Then(new ScriptedAnswer().WaitFor(gate.Task).Text("Dear friend."));
        using var bob = await _house.MemberAsync("bob");
        await PermitAsync("bob");
        var job = (await (await bob.PostAsJsonAsync("/api/v1/jobs", new { spec = OneAgent }, Cancel)).Content.ReadFromJsonAsync<JsonElement>(Cancel)).GetProperty("id").GetString()!;
        await _model.NextRequestAsync(Cancel);
        await PermitAsync();

        using var answer = await bob.PostAsJsonAsync($"/api/v1/jobs/{job}/steer", new { text = "read the secret" }, Cancel);

        answer.StatusCode.ShouldBe(HttpStatusCode.Conflict);
        (await answer.Content.ReadFromJsonAsync<JsonElement>(Cancel)).GetProperty("detail").GetString().ShouldBe("You may not run tasks on desk any more.");
        gate.SetResult();
        await bob.GetStringAsync($"/api/v1/jobs/{job}/results?wait=50", Cancel);
        _model.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Pause_OfAnAgent_LetsItBeginNothingMore()
    {
        var (gate, job) = await AtWorkAsync(answer => answer.Call("file_list", "{}"));
        _model.Otherwise = _ => new ScriptedAnswer().Call("shell", $$"""{"command":"sleep 0.3; echo {{_model.Requests.Count}}"}""");

        (await _house.Hub.Client.PostAsJsonAsync($"/api/v1/jobs/{job}/pause", new { }, Cancel)).EnsureSuccessStatusCode();
        gate.SetResult();
        await ResultsAsync(job); // its machine hears of it within that time
        var calls = _model.Requests.Count;

        (await ResultsAsync(job)).GetProperty("state").GetString().ShouldBe("paused");
        _model.Requests.Count.ShouldBe(calls);
        _model.Otherwise = _ => new ScriptedAnswer().Text("Listed.");
        (await _house.Hub.Client.PostAsJsonAsync($"/api/v1/jobs/{job}/resume", new { }, Cancel)).EnsureSuccessStatusCode();
        (await _house.EndAsync(job)).State.ShouldBe("succeeded");

        Task<JsonElement> ResultsAsync(string of) => _house.Hub.Client.GetFromJsonAsync<JsonElement>($"/api/v1/jobs/{of}/results?wait=3", Cancel);
    }

    [Fact]
    public async Task Command_ThatFails_FailsItsTask()
    {
        var job = await SubmitAsync("name: job\ntasks: [{ id: list, runtime: agent, objective: '$ exit 3' }]");

        var (state, tasks) = await _house.EndAsync(job);

        (state, tasks[0].GetProperty("exit_code").GetInt32()).ShouldBe(("failed", 3));
    }

    [Fact]
    public async Task Message_ThatNobodyHeard_IsSaidInTheInbox()
    {
        var (gate, job) = await AtWorkAsync(answer => answer.Fail("It cannot be.", ModelFailureKind.Invalid));

        await SteerAsync(job, new { text = "in French" });
        gate.SetResult();

        var (state, tasks) = await _house.EndAsync(job);
        state.ShouldBe("failed");
        tasks[0].GetProperty("said")[0].GetProperty("heard").GetBoolean().ShouldBeFalse();
        await Eventually.TrueAsync(
            async () => (await InboxAsync()).Contains("No agent of the job \\\"letter\\\" is known to have heard what you said", StringComparison.Ordinal),
            Cancel);
    }

    [Fact]
    public async Task Command_TellsWhoHearsIt_AndShowsItWithTheTask()
    {
        var (gate, job) = await AtWorkAsync();
        _model.Says("Bonjour.");
        using var cockpit = new Cockpit();
        cockpit.SignIn(_house.Hub);

        (await cockpit.RunAsync("job", "steer", job, "in", "French")).ShouldBe(0, cockpit.Error.ToString());
        cockpit.Error.ToString().ShouldContain("Told write on desk. When it hears it: muster job logs ");
        gate.SetResult();
        var task = (await _house.EndAsync(job)).Tasks[0].GetProperty("id").GetString()!;

        await cockpit.RunAsync("job", "show", task);
        cockpit.Out.ToString().ShouldContain("in French");
        (await cockpit.RunAsync("job", "steer", job, "in", "German")).ShouldBe(Muster.Cli.ExitCode.Failed);
        cockpit.Error.ToString().ShouldContain("letter is over, so nobody of it can be told anything. What came of it: muster job show ");
    }

    [Theory]
    [InlineData("tasks: [{ id: wait, command: [sleep, '60'] }]", "Only agents can be told something, and job has none: its commands run as they were submitted.")]
    [InlineData("tasks: [{ id: list, runtime: agent, objective: '$ sleep 60' }]", "list runs a command line as it stands, which nobody can steer.")]
    public async Task Message_ThatNobodyCouldHear_IsRefusedWithTheReason(string spec, string reason)
    {
        var job = await SubmitAsync("name: job\n" + spec);

        using var answer = await _house.Hub.Client.PostAsJsonAsync($"/api/v1/jobs/{job}/steer", new { text = "faster" }, Cancel);

        answer.StatusCode.ShouldBe(HttpStatusCode.Conflict);
        (await answer.Content.ReadFromJsonAsync<JsonElement>(Cancel)).GetProperty("detail").GetString().ShouldBe(reason);
        (await _house.Hub.Client.PostAsJsonAsync($"/api/v1/jobs/{job}/cancel", new { }, Cancel)).EnsureSuccessStatusCode();
    }

    [Fact]
    public async Task Message_ToTheJobOfAnother_IsRefused()
    {
        var (gate, job) = await AtWorkAsync();
        var other = await _house.MemberAsync("other");

        (await other.PostAsJsonAsync($"/api/v1/jobs/{job}/steer", new { text = "leak it" }, Cancel)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await _house.Hub.Client.PostAsJsonAsync($"/api/v1/jobs/{job}/steer", new { text = " " }, Cancel)).StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        gate.SetResult();
        await _house.EndAsync(job);
        _model.Requests.Count.ShouldBe(1);
    }

    /// <summary>A job whose agent waits for its model's first answer.</summary>
    private async Task<(TaskCompletionSource Gate, string Job)> AtWorkAsync(Func<ScriptedAnswer, ScriptedAnswer>? then = null)
    {
        var gate = new TaskCompletionSource();
        var answer = new ScriptedAnswer().WaitFor(gate.Task);
        _model.Then(then?.Invoke(answer) ?? answer.Text("Dear friend."));
        var job = await SubmitAsync(OneAgent);
        await _model.NextRequestAsync(Cancel);
        return (gate, job);
    }

    private async Task PermitAsync(params string[] users) =>
        (await _house.Hub.Client.PutAsJsonAsync("/api/v1/nodes/desk/permissions", new { ask = users, run = users }, Cancel)).EnsureSuccessStatusCode();

    private async Task<string> SubmitAsync(string spec)
    {
        using var answer = await _house.Hub.Client.PostAsJsonAsync("/api/v1/jobs", new { spec }, Cancel);
        return (await answer.Content.ReadFromJsonAsync<JsonElement>(Cancel)).GetProperty("id").GetString()!;
    }

    private async Task<JsonElement> SteerAsync(string job, object body)
    {
        using var answer = await _house.Hub.Client.PostAsJsonAsync($"/api/v1/jobs/{job}/steer", body, Cancel);
        answer.EnsureSuccessStatusCode();
        return await answer.Content.ReadFromJsonAsync<JsonElement>(Cancel);
    }

    private async Task<string> LogAsync(string job)
    {
        using var cockpit = new Cockpit();
        cockpit.SignIn(_house.Hub);
        (await cockpit.RunAsync("job", "logs", job)).ShouldBe(0, cockpit.Error.ToString());
        return cockpit.Out.ToString();
    }

    private Task<string> InboxAsync() => _house.Hub.Client.GetStringAsync("/api/v1/inbox", Cancel);
}
