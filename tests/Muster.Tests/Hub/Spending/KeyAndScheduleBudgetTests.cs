using System.Net.Http.Json;
using System.Text.Json;
using Muster.Testing;
using Muster.Testing.Models;
using Shouldly;
using Xunit;

namespace Muster.Tests.Hub.Spending;

public sealed class KeyAndScheduleBudgetTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static ScriptedAnswer Held(Task gate) => new ScriptedAnswer().Text("Do").WaitFor(gate).Text("ne.").Uses(50, 200);

    [Fact]
    public async Task Key_ItsBudgetCountsTheTokensOfItsMessages_AndTwoRunsCannotOverspendIt()
    {
        await using var bench = await SpendingBench.StartAsync();
        using var made = await bench.Ada.PostAsJsonAsync("/api/v1/keys", new { name = "ci", scopes = new[] { "ask" }, budget = "0.15" }, Cancel);
        var key = await made.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>(Cancel);
        using var ci = bench.Machine.Hub.NewClient(key.GetProperty("secret").GetString());
        var gate = new TaskCompletionSource();
        bench.Model.Otherwise = _ => Held(gate.Task);
        var (first, second) = (await SpendingBench.ConversationAsync(ci), await SpendingBench.ConversationAsync(ci));

        await SpendingBench.SayAsync(ci, first, "go");
        await bench.Model.NextRequestAsync(Cancel);
        await SpendingBench.SayAsync(ci, second, "go");

        (await SpendingBench.PausedAsync(ci, second)).ShouldContain("The key \"ci\" may spend 0.150000 CPT in all, of which 0.050000 CPT are left");
        bench.Model.Requests.Count.ShouldBe(1);
        var third = await SpendingBench.ConversationAsync(ci);
        await SpendingBench.SayAsync(ci, third, "go");
        (await SpendingBench.PausedAsync(ci, third)).ShouldContain("The key \"ci\" may spend"); // each conversation is told
        (await ci.PostAsync($"/api/v1/conversations/{third}/stop", null, Cancel)).EnsureSuccessStatusCode();
        gate.SetResult();
        (await SpendingBench.EndAsync(ci, second)).ShouldBe("completed");
        var spent = (await bench.Ada.GetFromJsonAsync<JsonElement>("/api/v1/keys", Cancel)).GetProperty("items").EnumerateArray().Single(item => item.GetProperty("name").GetString() == "ci");
        spent.GetRawText().ShouldContain("0.040000");

        // What others ask costs the key nothing.
        await SpendingBench.SayAsync(bench.Ada, await SpendingBench.ConversationAsync(bench.Ada), "go");
        await Eventually.TrueAsync(() => bench.Model.Requests.Count == 3, Cancel);
    }

    [Fact]
    public async Task Schedule_AtItsLimit_IsPausedAndGoesOnWithMore()
    {
        await using var bench = await SpendingBench.StartAsync();
        var conversation = await SpendingBench.ConversationAsync(bench.Ada);
        bench.Model.Otherwise = _ => new ScriptedAnswer().Text("Done.").Uses(50, 200);
        using var made = await bench.Ada.PostAsJsonAsync(
            "/api/v1/schedules", new { text = "look at the logs", kind = "instruction", every_seconds = 3600, at = (string?)null, conversation, node = "nas", max_cpt = "0.05" }, Cancel);
        var schedule = (await made.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>(Cancel)).GetProperty("id").GetString()!;
        (await BudgetAsync(schedule)).ShouldBe(("0.050000", "0.000000"));
        await bench.Machine.Hub.Hub.DueNowAsync(schedule, Cancel);

        (await SpendingBench.PausedAsync(bench.Ada, conversation)).ShouldContain($"muster schedule resume {schedule} --max-cpt 0.100000");
        (await bench.Ada.GetFromJsonAsync<JsonElement>("/api/v1/schedules/" + schedule, Cancel)).GetProperty("state").GetString().ShouldBe("paused");
        bench.Model.Requests.ShouldBeEmpty();

        (await bench.Ada.PutAsJsonAsync($"/api/v1/schedules/{schedule}/budget", new { max_cpt = "0.15" }, Cancel)).EnsureSuccessStatusCode();
        (await bench.Ada.PostAsync($"/api/v1/schedules/{schedule}/resume", null, Cancel)).EnsureSuccessStatusCode();

        (await SpendingBench.EndAsync(bench.Ada, conversation)).ShouldBe("completed");
        (await BudgetAsync(schedule)).ShouldBe(("0.150000", "0.020000"));
        (await SpendingBench.SpentAsync(bench.Ada, conversation)).ShouldBe("0.020000");

        async Task<(string? Max, string? Spent)> BudgetAsync(string id)
        {
            var budget = await bench.Ada.GetFromJsonAsync<JsonElement>($"/api/v1/schedules/{id}/budget", Cancel);
            return (budget.GetProperty("max_cpt").GetString(), budget.GetProperty("spent_cpt").GetString());
        }
    }

    [Fact]
    public async Task Schedule_RemovedWhileItsRunWaits_DoesNotSetItFree()
    {
        await using var bench = await SpendingBench.StartAsync();
        var conversation = await SpendingBench.ConversationAsync(bench.Ada);
        using var made = await bench.Ada.PostAsJsonAsync(
            "/api/v1/schedules", new { text = "look at the logs", kind = "instruction", every_seconds = 3600, conversation, node = "nas", max_cpt = "0.05" }, Cancel);
        var schedule = (await made.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>(Cancel)).GetProperty("id").GetString()!;
        await bench.Machine.Hub.Hub.DueNowAsync(schedule, Cancel);
        await SpendingBench.PausedAsync(bench.Ada, conversation);

        (await bench.Ada.DeleteAsync($"/api/v1/schedules/{schedule}", Cancel)).EnsureSuccessStatusCode();

        (await SpendingBench.EndAsync(bench.Ada, conversation)).ShouldBe("failed");
        bench.Model.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task Key_RevokedWhileARunWaitsForItsBudget_EndsTheRun()
    {
        await using var bench = await SpendingBench.StartAsync();
        using var made = await bench.Ada.PostAsJsonAsync("/api/v1/keys", new { name = "ci", scopes = new[] { "ask" }, budget = "0.05" }, Cancel);
        var key = await made.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>(Cancel);
        using var ci = bench.Machine.Hub.NewClient(key.GetProperty("secret").GetString());
        var conversation = await SpendingBench.ConversationAsync(ci);
        await SpendingBench.SayAsync(ci, conversation, "go");
        await SpendingBench.PausedAsync(bench.Ada, conversation);

        (await bench.Ada.DeleteAsync($"/api/v1/keys/{key.GetProperty("key").GetProperty("id").GetString()}", Cancel)).EnsureSuccessStatusCode();

        var end = await SpendingBench.UntilAsync(bench.Ada, conversation, "agent_end");
        end.GetProperty("outcome").GetString().ShouldBe("failed");
        end.GetProperty("error").GetString()!.ShouldContain("was revoked");
        bench.Model.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task Schedule_ThatComesOnce_AtItsLimit_IsNotSaidToBePaused_AndGoesOnWithMore()
    {
        await using var bench = await SpendingBench.StartAsync();
        var conversation = await SpendingBench.ConversationAsync(bench.Ada);
        bench.Model.Otherwise = _ => new ScriptedAnswer().Text("Done.").Uses(50, 200);
        var schedule = await ScheduleAsync(bench.Ada, new { text = "look at the logs", kind = "instruction", at = TimeProvider.System.GetUtcNow().AddDays(1), conversation, node = "nas", max_cpt = "0.05" });
        await bench.Machine.Hub.Hub.DueNowAsync(schedule, Cancel);

        var said = await SpendingBench.PausedAsync(bench.Ada, conversation);

        said.ShouldNotContain("paused");
        said.ShouldContain($"muster budget {schedule} +0.05");
        await StateAsync(bench.Ada, schedule, "ended");
        (await bench.Ada.PutAsJsonAsync($"/api/v1/schedules/{schedule}/budget", new { add_cpt = "0.05" }, Cancel)).EnsureSuccessStatusCode();
        (await SpendingBench.EndAsync(bench.Ada, conversation)).ShouldBe("completed");
    }

    [Fact]
    public async Task Schedule_ThatIsDueWithNothingLeft_IsPaused()
    {
        await using var bench = await SpendingBench.StartAsync();
        var conversation = await SpendingBench.ConversationAsync(bench.Ada);
        bench.Model.Otherwise = _ => new ScriptedAnswer().Text("Done.").Uses(50, 200);
        var schedule = await ScheduleAsync(bench.Ada, new { text = "look at the logs", kind = "instruction", every_seconds = 3600, conversation, node = "nas", max_cpt = "1" });
        await bench.Machine.Hub.Hub.DueNowAsync(schedule, Cancel);
        (await SpendingBench.EndAsync(bench.Ada, conversation)).ShouldBe("completed");
        (await bench.Ada.PutAsJsonAsync($"/api/v1/schedules/{schedule}/budget", new { max_cpt = "0.02" }, Cancel)).EnsureSuccessStatusCode();

        await bench.Machine.Hub.Hub.DueNowAsync(schedule, Cancel);

        (await SpendingBench.PausedAsync(bench.Ada, conversation)).ShouldContain("The schedule is paused");
        await StateAsync(bench.Ada, schedule, "paused");
        bench.Model.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Schedule_Removed_LeavesNothingOnceItsLastWorkIsOver()
    {
        await using var bench = await SpendingBench.StartAsync();
        var gate = new TaskCompletionSource();
        bench.Model.Otherwise = _ => Held(gate.Task);
        var conversation = await SpendingBench.ConversationAsync(bench.Ada);
        await SpendingBench.SayAsync(bench.Ada, conversation, "go");
        await bench.Model.NextRequestAsync(Cancel);
        var schedule = await ScheduleAsync(bench.Ada, new { text = "look at the logs", kind = "instruction", every_seconds = 3600, conversation, node = "nas", max_cpt = "1" });
        await bench.Machine.Hub.Hub.DueNowAsync(schedule, Cancel);
        await SpendingBench.UntilAsync(bench.Ada, conversation, "user_message", data => data.GetProperty("text").GetString()!.Contains("logs", StringComparison.Ordinal));
        (await bench.Ada.DeleteAsync($"/api/v1/schedules/{schedule}", Cancel)).EnsureSuccessStatusCode();

        await SpendingBench.SayAsync(bench.Ada, conversation, "/stop");

        (await SpendingBench.EndAsync(bench.Ada, conversation)).ShouldBe("aborted");
        (await bench.LimitsAsync(schedule)).ShouldBe(0);
    }

    private static async Task<string> ScheduleAsync(HttpClient client, object wish)
    {
        using var made = await client.PostAsJsonAsync("/api/v1/schedules", wish, Cancel);
        return (await made.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>(Cancel)).GetProperty("id").GetString()!;
    }

    private static Task StateAsync(HttpClient client, string schedule, string state) => Eventually.TrueAsync(
        async () => (await client.GetFromJsonAsync<JsonElement>("/api/v1/schedules/" + schedule, Cancel)).GetProperty("state").GetString() == state, Cancel);
}
