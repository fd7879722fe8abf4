using System.Net.Http.Json;
using System.Text.Json;
using Muster.Testing.Hub;
using Muster.Testing.Models;
using Shouldly;
using Xunit;

namespace Muster.Tests.Hub.Spending;

/// <summary>What the agents of a key's jobs spend on machines of one's own counts against the key's budget; each answer costs 0.02 CPT, for which 0.1 are set aside.</summary>
public sealed class JobOfAKeyTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task OwnMachine_TokensCount_AndAtTheBudgetTheTaskWaits_UntilTheKeyIsRevoked()
    {
        await using var bench = await StartAsync();
        var (id, ci) = await KeyAsync(bench, "0.11");
        using var client = ci;
        (await SpendingBench.EndOfJobAsync(ci, await SpendingBench.SubmitAsync(ci, new { objective = "count it" }))).State.ShouldBe("succeeded");
        (await SpentAsync(bench)).ShouldBe("0.020000");

        var job = await SpendingBench.SubmitAsync(ci, new { objective = "count it again" });
        var waiting = await SpendingBench.WaitingTaskAsync(bench.Ada, job);

        waiting.GetProperty("reason").GetString()!.ShouldContain("The key \"ci\" may spend 0.110000 CPT in all, of which 0.090000 CPT are left");
        (await bench.Ada.DeleteAsync($"/api/v1/keys/{id}", Cancel)).EnsureSuccessStatusCode();
        var (state, tasks) = await SpendingBench.EndOfJobAsync(bench.Ada, job);
        state.ShouldBe("failed");
        tasks.GetRawText().ShouldContain("was revoked");
    }

    [Fact]
    public async Task Hold_WithWhatModelsMayCost_IsCountedOnce()
    {
        await using var bench = await StartAsync();
        await bench.GrantAsync("ada", "1");
        await JoinForeignMachineAsync(bench);
        var gate = new TaskCompletionSource();
        bench.Model.Then(new ScriptedAnswer().Text("Th").WaitFor(gate.Task).Text("ree.").Uses(50, 200));
        var (_, ci) = await KeyAsync(bench, "0.3");
        using var client = ci;

        var job = await SpendingBench.SubmitAsync(ci, new { objective = "count it", max_model_cpt = "0.3" });
        await bench.Model.NextRequestAsync(Cancel);

        (await SpendingBench.WalletAsync(bench.Ada)).ShouldBe(("0.700000", "0.300000"));
        (await SpentAsync(bench)).ShouldBe("0.300000");
        gate.SetResult();
        (await SpendingBench.EndOfJobAsync(ci, job)).State.ShouldBe("succeeded");
        (await SpentAsync(bench)).ShouldBe("0.020000");
        (await SpendingBench.WalletAsync(bench.Ada)).ShouldBe(("1.000000", "0.000000"));
        await bench.ProveAsync();
    }

    private static async Task<SpendingBench> StartAsync()
    {
        var bench = await SpendingBench.StartAsync();
        bench.Model.Otherwise = _ => new ScriptedAnswer().Text("Three.").Uses(50, 200);
        return bench;
    }

    private static async Task<(string Id, HttpClient Client)> KeyAsync(SpendingBench bench, string budget)
    {
        using var made = await bench.Ada.PostAsJsonAsync("/api/v1/keys", new { name = "ci", scopes = new[] { "ask", "run", "spend" }, budget }, Cancel);
        var key = await made.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>(Cancel);
        return (key.GetProperty("key").GetProperty("id").GetString()!, bench.Machine.Hub.NewClient(key.GetProperty("secret").GetString()));
    }

    private static async Task<string> SpentAsync(SpendingBench bench) =>
        (await bench.Ada.GetFromJsonAsync<JsonElement>("/api/v1/keys", Cancel)).GetProperty("items").EnumerateArray().Single(item => item.GetProperty("name").GetString() == "ci").GetProperty("spent").GetString()!;

    /// <summary>One that could do the work, and is not there.</summary>
    private static async Task JoinForeignMachineAsync(SpendingBench bench)
    {
        using var bob = await bench.Machine.Hub.MemberAsync("bob", Cancel);
        using var offer = await bob.PostAsJsonAsync("/api/v1/enrolments", new { name = "bobs" }, Cancel);
        var token = (await offer.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>(Cancel)).GetProperty("token").GetString()!;
        using var packed = JsonDocument.Parse(System.Buffers.Text.Base64Url.DecodeFromChars(token.AsSpan("mjt_".Length)));
        await ScriptedNode.JoinAsync(bench.Machine.Hub.Anonymous, packed.RootElement.GetProperty("s").GetString()!, "bobs");
    }
}
