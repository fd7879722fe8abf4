using System.Net.Http.Json;
using System.Text.Json;
using Muster.Hub;
using Muster.Hub.Ledger;
using Muster.Hub.Ledger.Prices;
using Muster.Testing;
using Muster.Testing.Hub;
using Shouldly;
using Xunit;

namespace Muster.Tests.Hub.Jobs;

public sealed class PriceChangeTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Job_SubmittedBeforePricesChanged_CostsWhatItWasPromised()
    {
        using var home = new TemporaryFolder();
        string before;
        await using (var cheap = await HubApplication.StartAsync(home.Path, At(1)))
        {
            using var granted = await cheap.Client.PostAsJsonAsync("/api/v1/wallet/grants", new { to = "ada", amount = "100" }, Cancel);
            granted.EnsureSuccessStatusCode();
            before = await SubmitAsync(cheap);
        }

        await using var house = PoolHouse.At(await HubApplication.StartAsync(home.Path, At(5)), Cancel);
        var after = await SubmitAsync(house.Hub);
        await house.AddAsync("late");

        (await house.EndAsync(before)).Tasks[0].GetProperty("cost").GetString().ShouldBe("1");
        (await house.EndAsync(after)).Tasks[0].GetProperty("cost").GetString().ShouldBe("5");
        await Eventually.TrueAsync(
            async () => (await house.Hub.Client.GetFromJsonAsync<JsonElement>("/api/v1/wallet", Cancel)).GetProperty("balance").GetString() is "94" or "94.000000", Cancel);
    }

    private static Func<HubOptions, HubOptions> At(int price) =>
        options => options with { Ledger = new LedgerOptions { Prices = new PriceRates { Task = new Credits(price * 1_000_000) } } };

    private static async Task<string> SubmitAsync(HubApplication hub)
    {
        using var answer = await hub.Client.PostAsJsonAsync("/api/v1/jobs", new { spec = new { command = "true" } }, Cancel);
        answer.EnsureSuccessStatusCode();
        return (await answer.Content.ReadFromJsonAsync<JsonElement>(Cancel)).GetProperty("id").GetString()!;
    }
}
