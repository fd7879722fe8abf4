using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Muster.Testing;
using Muster.Testing.Models;
using Shouldly;
using Xunit;

namespace Muster.Tests.Hub.Spending;

/// <summary>An agent task at its max_model_cpt waits for a person. The first answer costs 0.02 CPT, and 0.1 are set aside for each.</summary>
public sealed class TaskLimitTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static ScriptedAnswer Answer => new ScriptedAnswer().Text("Done.").Uses(50, 100);

    private static ScriptedAnswer Write => new ScriptedAnswer().Call("file_write", """{"path":"a.txt","content":"x"}""").Uses(50, 200);

    private static object Spec(string most = "0.1") => new { name = "work", objective = "write it", max_model_cpt = most };

    [Fact]
    public async Task Limit_Reached_TheTaskWaitsAndSaysSo_AndMoreLetsItGoOn()
    {
        await using var bench = await SpendingBench.StartAsync();
        bench.Model.Then(Write).Then(Answer);
        var job = await SpendingBench.SubmitAsync(bench.Ada, Spec());

        var task = await SpendingBench.WaitingTaskAsync(bench.Ada, job);

        var id = task.GetProperty("id").GetString();
        var said = task.GetProperty("reason").GetString()!;
        said.ShouldContain("The models of task (work) may spend 0.100000 CPT, 0.020000 of them are spent");
        said.ShouldContain("may cost up to 0.100000");
        said.ShouldContain($"muster budget {id} +0.1");
        said.ShouldContain($"muster job cancel {job}");
        (await bench.Ada.GetFromJsonAsync<JsonElement>($"/api/v1/jobs/{job}/why", Cancel)).GetProperty("summary").GetString().ShouldBe(said);
        (await bench.Ada.GetStringAsync("/api/v1/inbox", Cancel)).ShouldContain($"muster budget {id}");
        bench.Model.Requests.Count.ShouldBe(1);

        var budget = await bench.Ada.GetFromJsonAsync<JsonElement>($"/api/v1/jobs/{id}/budget", Cancel);
        (budget.GetProperty("left_cpt").GetString(), budget.GetProperty("more_cpt").GetString()).ShouldBe(("0.080000", "0.100000"));
        (await bench.Ada.GetFromJsonAsync<JsonElement>($"/api/v1/jobs/{job}/budget", Cancel)).GetProperty("more_cpt").GetString().ShouldBe("0.100000");
        using var raised = await RaiseAsync(bench.Ada, id!);
        raised.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await raised.Content.ReadFromJsonAsync<JsonElement>(Cancel)).GetProperty("more_cpt").ValueKind.ShouldBe(JsonValueKind.Null);

        var (state, tasks) = await SpendingBench.EndOfJobAsync(bench.Ada, job);
        state.ShouldBe("succeeded");
        tasks.GetRawText().ShouldNotContain("may spend");
        bench.Model.Requests.Count.ShouldBe(2);
        (await bench.ToldAsync()).ShouldBe(1);
        await bench.ProveAsync();
    }

    [Fact]
    public async Task Limit_RaisedWithoutTheRightToApprove_OrTakenAway_IsRefused()
    {
        await using var bench = await SpendingBench.StartAsync();
        bench.Model.Then(Write).Then(Answer);
        var job = await SpendingBench.SubmitAsync(bench.Ada, Spec());
        await SpendingBench.WaitingTaskAsync(bench.Ada, job);

        (await RaiseAsync(bench.Machine.Hub.Client, job)).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        using var none = await bench.Ada.PutAsJsonAsync($"/api/v1/jobs/{job}/budget", new { }, Cancel);

        none.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        bench.Model.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Cancel_WhileItWaits_EndsItAtOnce()
    {
        await using var bench = await SpendingBench.StartAsync();
        bench.Model.Then(Write).Then(Answer);
        var job = await SpendingBench.SubmitAsync(bench.Ada, Spec());
        await SpendingBench.WaitingTaskAsync(bench.Ada, job);

        (await bench.Ada.PostAsJsonAsync($"/api/v1/jobs/{job}/cancel", new { }, Cancel)).EnsureSuccessStatusCode();

        (await SpendingBench.EndOfJobAsync(bench.Ada, job)).State.ShouldBe("cancelled");
        await Eventually.TrueAsync(async () => await bench.WaitsAsync() == 0, Cancel);
        using var late = await RaiseAsync(bench.Ada, job);
        late.StatusCode.ShouldBe(HttpStatusCode.Conflict);
        (await late.Content.ReadAsStringAsync(Cancel)).ShouldContain("at work now");
    }

    [Fact]
    public async Task Hub_RestartedWhileItWaits_ItWaitsOnAndIsToldOnce()
    {
        await using var bench = await SpendingBench.StartAsync();
        bench.Model.Then(Write).Then(Answer);
        var job = await SpendingBench.SubmitAsync(bench.Ada, Spec());
        await SpendingBench.WaitingTaskAsync(bench.Ada, job);

        await bench.RestartHubAsync();
        await SpendingBench.WaitingTaskAsync(bench.Ada, job);
        (await RaiseAsync(bench.Ada, job)).EnsureSuccessStatusCode();

        (await SpendingBench.EndOfJobAsync(bench.Ada, job)).State.ShouldBe("succeeded");
        bench.Model.Requests.Count.ShouldBe(2);
        (await bench.ToldAsync()).ShouldBe(1);
    }

    [Fact]
    public async Task Nobody_AnswersForADay_ItFailsAndIsNotTriedAgain()
    {
        var clock = new JumpingClock(new DateTimeOffset(2026, 1, 1, 10, 0, 0, TimeSpan.Zero));
        await using var bench = await SpendingBench.StartAsync(options => options with { Time = clock });
        bench.Model.Then(Write);
        var job = await SpendingBench.SubmitAsync(bench.Ada, new { name = "work", objective = "write it", max_model_cpt = "0.1", retries = 3 });
        await SpendingBench.WaitingTaskAsync(bench.Ada, job);

        clock.Jump(TimeSpan.FromHours(25));

        var (state, tasks) = await SpendingBench.EndOfJobAsync(bench.Machine.Hub.Client, job); // a sign-in is over by now
        state.ShouldBe("failed");
        tasks.GetRawText().ShouldContain("Nobody allowed more within 24 hours");
        bench.Model.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task ForeignMachine_WhatIsAdded_IsSetAside_OrSaidToBeMissing()
    {
        await using var bench = await SpendingBench.StartAsync();
        using var friend = await bench.FriendAsync("bob", "0.15");
        (await bench.Ada.PutAsJsonAsync("/api/v1/nodes/nas/permissions", new { ask = new[] { "bob" }, run = new[] { "bob" } }, Cancel)).EnsureSuccessStatusCode();
        using var bob = await bench.ApproverAsync("bob");
        bench.Model.Then(Write).Then(Answer);
        var job = await SpendingBench.SubmitAsync(bob, Spec());
        await SpendingBench.WaitingTaskAsync(bob, job);
        (await SpendingBench.WalletAsync(bob)).ShouldBe(("0.050000", "0.100000"));

        using var missing = await RaiseAsync(bob, job);
        ((int)missing.StatusCode).ShouldBeInRange(400, 499);
        (await missing.Content.ReadAsStringAsync(Cancel)).ShouldContain("0.050000 CPT are free");
        bench.Model.Requests.Count.ShouldBe(1);

        await bench.GrantAsync("bob", "1");
        (await RaiseAsync(bob, job)).EnsureSuccessStatusCode();

        (await SpendingBench.EndOfJobAsync(bob, job)).State.ShouldBe("succeeded");
        await Eventually.TrueAsync(async () => await SpendingBench.WalletAsync(bob) == ("1.120000", "0.000000"), Cancel);
        await bench.ProveAsync();
    }

    private static Task<HttpResponseMessage> RaiseAsync(HttpClient client, string id) => client.PutAsJsonAsync($"/api/v1/jobs/{id}/budget", new { add_cpt = "0.1" }, Cancel);
}
