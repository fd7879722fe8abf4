using System.Net.Http.Json;
using Microsoft.Extensions.DependencyInjection;
using Muster.Agents.Providers.Spending;
using Muster.Hub.Ledger;
using Muster.Storage;
using Muster.Testing;
using Muster.Testing.Models;
using Muster.Tests.Hub.Jobs;
using Shouldly;
using Xunit;

namespace Muster.Tests.Hub.Spending;

/// <summary>What the models of an agent task may cost: 100 micro-credits for each token of an answer of at most 1,000.</summary>
public sealed class TaskModelTests
{
    private static readonly ModelPrice _price = new(0, 100, 0);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task OwnMachine_WithoutALimit_CostsNothing()
    {
        var model = new ScriptedModel().Then(new ScriptedAnswer().Text("Two.").Uses(50, 200));
        await using var house = await HouseAsync(model);

        var job = await SpendingBench.SubmitAsync(house.Hub.Client, new { objective = "one and one?" });

        var (state, tasks) = await SpendingBench.EndOfJobAsync(house.Hub.Client, job);
        state.ShouldBe("succeeded");
        (await house.Hub.Client.GetStringAsync($"/api/v1/tasks/{tasks.GetProperty("items")[0].GetProperty("id").GetString()}", Cancel)).ShouldContain("\"model_cpt\":\"0.02");
        await ProveAsync(house);
    }

    [Fact]
    public async Task ForeignMachine_WithoutALimit_FailsAtOnce()
    {
        var model = new ScriptedModel();
        await using var house = await HouseAsync(model);
        using var bob = await BobAsync(house, "1");

        var (state, task) = await SpendingBench.EndOfJobAsync(bob, await SpendingBench.SubmitAsync(bob, new { objective = "one and one?" }));

        state.ShouldBe("failed");
        task.GetRawText().ShouldContain("submit it with max_model_cpt");
        model.Requests.ShouldBeEmpty();
        (await SpendingBench.WalletAsync(bob)).ShouldBe(("1.000000", "0.000000"));
    }

    [Fact]
    public async Task ForeignMachine_TokensArePaidOutOfTheJobsHold()
    {
        var gate = new TaskCompletionSource();
        var model = new ScriptedModel().Then(new ScriptedAnswer().Text("Tw").WaitFor(gate.Task).Text("o.").Uses(50, 200));
        await using var house = await HouseAsync(model);
        using var bob = await BobAsync(house, "1");

        var job = await SpendingBench.SubmitAsync(bob, new { objective = "one and one?", max_model_cpt = "0.3" });
        await model.NextRequestAsync(Cancel);
        (await SpendingBench.WalletAsync(bob)).ShouldBe(("0.700000", "0.300000"));
        gate.SetResult();

        (await SpendingBench.EndOfJobAsync(bob, job)).State.ShouldBe("succeeded");
        await Eventually.TrueAsync(async () => await SpendingBench.WalletAsync(bob) == ("0.980000", "0.000000"), Cancel);
        (await SpendingBench.WalletAsync(house.Hub.Client)).Balance.ShouldBe("0.020000");
        await ProveAsync(house);
    }

    private static async Task<PoolHouse> HouseAsync(ScriptedModel model)
    {
        var house = await PoolHouse.StartAsync(Cancel, nodes: 0);
        await house.AddAsync("nas", model: model, price: _price);
        return house;
    }

    private static async Task<HttpClient> BobAsync(PoolHouse house, string credits)
    {
        var bob = await house.MemberAsync("bob");
        (await house.Hub.Client.PutAsJsonAsync("/api/v1/nodes/nas/permissions", new { ask = new[] { "bob" }, run = new[] { "bob" } }, Cancel)).EnsureSuccessStatusCode();
        (await house.Hub.Client.PostAsJsonAsync("/api/v1/wallet/grants", new { to = "bob", amount = credits }, Cancel)).EnsureSuccessStatusCode();
        return bob;
    }

    private static async Task ProveAsync(PoolHouse house) =>
        (await house.Hub.Hub.Services.GetRequiredService<Database>().ReadAsync(LedgerBook.Verify, Cancel)).ShouldBeEmpty();
}
