using System.Net.Http.Json;
using System.Text.Json;
using Muster.Hub.Ledger;
using Muster.Hub.Ledger.Prices;
using Muster.Node.Policy;
using Muster.Testing.Models;
using Muster.Tests.Node.Assistant;
using Shouldly;
using Xunit;

namespace Muster.Tests.Hub.Spending;

/// <summary>Jobs that an assistant submits count against the limits that its run has; each costs 1 CPT here.</summary>
public sealed class JobLimitTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Conversation_ItsJobsCountAgainstItsLimit()
    {
        await using var bench = await BenchAsync();
        var client = bench.Hub.Client;
        await SpendingBench.LimitAsync(client, bench.Conversation, new { max_cpt = "1.5" });
        bench.Model.Calls("submit_job", """{"command":"true"}""").Calls("submit_job", """{"command":"true"}""").Says("Done.");

        await bench.AskAsync("go", Cancel);

        Result(bench.Model.Requests[1]).ShouldContain("job_");
        Result(bench.Model.Requests[2]).ShouldContain("This conversation may spend 1.500000 CPT, of which 0.500000 are left, and the job may cost 1.000000");
        (await SpendingBench.SpentAsync(client, bench.Conversation)).ShouldBe("1.000000");
    }

    [Fact]
    public async Task Conversation_WhatAJobGivesBack_IsFreeAgain()
    {
        await using var bench = await BenchAsync();
        var client = bench.Hub.Client;
        await SpendingBench.LimitAsync(client, bench.Conversation, new { max_cpt = "1.5" });
        bench.Model.Calls("submit_job", """{"command":"true","needs":{"node":"elsewhere"}}""").Says("Done.");
        await bench.AskAsync("go", Cancel);
        (await SpendingBench.SpentAsync(client, bench.Conversation)).ShouldBe("1.000000");

        var job = (await client.GetFromJsonAsync<JsonElement>("/api/v1/jobs", Cancel)).GetProperty("items")[0].GetProperty("id").GetString();
        (await client.PostAsJsonAsync($"/api/v1/jobs/{job}/cancel", new { }, Cancel)).EnsureSuccessStatusCode();

        (await SpendingBench.SpentAsync(client, bench.Conversation)).ShouldBe("0.000000");
    }

    [Fact]
    public async Task Key_ItsBudgetHoldsForJobsOfItsAssistant()
    {
        await using var bench = await BenchAsync();
        using var made = await bench.Hub.Client.PostAsJsonAsync("/api/v1/keys", new { name = "ci", scopes = new[] { "ask", "run", "spend" }, budget = "0.5" }, Cancel);
        using var ci = bench.Hub.NewClient((await made.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>(Cancel)).GetProperty("secret").GetString());
        bench.Model.Calls("submit_job", """{"command":"true"}""").Says("Done.");

        await SpendingBench.SayAsync(ci, bench.Conversation, "go");
        await SpendingBench.EndAsync(ci, bench.Conversation);

        Result(bench.Model.Requests[1]).ShouldContain("The key \"ci\" may spend 0.500000 CPT in all");
    }

    private static async Task<NodeBench> BenchAsync()
    {
        var bench = await NodeBench.StartAsync(
            Cancel, options => options with { Policy = [new PolicyRule("submit_job", "*", PolicyAction.Allow)] },
            options => options with { Ledger = new LedgerOptions { Prices = new PriceRates { Task = new Credits(1_000_000) } } });
        (await bench.Hub.Client.PostAsJsonAsync("/api/v1/wallet/grants", new { to = "ada", amount = "5" }, Cancel)).EnsureSuccessStatusCode();
        return bench;
    }

    private static string Result(Muster.Agents.Models.ModelRequest request) => request.Messages.OfType<Muster.Agents.Messages.ToolResultMessage>().Last().Text;
}
