using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Muster.Hub;
using Muster.Hub.Ledger;
using Muster.Hub.Ledger.Prices;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace Muster.Tests.Hub.Ledger.Wallet;

public sealed class PricesTests : WalletTest
{
    [Fact]
    public async Task Prices_Unset_AreZeroForAnyoneToRead()
    {
        var prices = await PricesAsync();

        prices.GetProperty("version").GetInt32().ShouldBe(1);
        ((string[])["task", "cpu_second", "memory_gib_second", "gpu_second", "wall_second", "traffic_gib", "reward_fee", "transfer_fee"])
            .Select(name => prices.GetProperty(name).GetString()).ShouldAllBe(price => price == "0.000000");
    }

    [Fact]
    public async Task Prices_Changed_AreANewVersionAndOldOnesStay()
    {
        await RestartAsync(options => options with { Ledger = new LedgerOptions { Prices = new PriceRates { CpuSecond = new Credits(1000) } } });
        (await PricesAsync()).GetProperty("version").GetInt32().ShouldBe(2);
        await RestartAsync(options => options with { Ledger = new LedgerOptions { Prices = new PriceRates { CpuSecond = new Credits(1000) } } });

        var prices = await PricesAsync();

        prices.GetProperty("version").GetInt32().ShouldBe(2);
        prices.GetProperty("cpu_second").GetString().ShouldBe("0.001000");
        (await WalletAsync(Ada)).GetProperty("in_use").GetBoolean().ShouldBeTrue();
        var book = App.Hub.Services.GetRequiredService<PriceBook>();
        book.Of(1).Rates.AreZero.ShouldBeTrue();
        book.Current.Rates.CpuSecond.Micro.ShouldBe(1000);
    }

    [Fact]
    public async Task TransferFee_Set_IsPaidOnTop()
    {
        await RestartAsync(options => options with { Ledger = new LedgerOptions { TransferFee = new Share(50_000) } });
        var bob = await PersonAsync("bob");
        await GrantAsync("ada", "10");

        (await PostAsync(Ada, "transfers", new { to = "bob", amount = "10" })).Code.ShouldBe("insufficient_credits");
        (await PostAsync(Ada, "transfers", new { to = "bob", amount = "2" })).Text("fee").ShouldBe("0.100000");

        (await BalanceAsync(Ada), await BalanceAsync(bob)).ShouldBe(("7.900000", "2.000000"));
        (await PricesAsync()).GetProperty("transfer_fee").GetString().ShouldBe("0.050000");
    }

    [Fact]
    public async Task Limit_OfRequests_IsTheOneThatIsSet()
    {
        await RestartAsync(options => options with { RequestsPerSecond = 1 });

        var statuses = new List<HttpStatusCode>();
        for (var i = 0; i < 5; i++)
        {
            using var answer = await Ada.GetAsync("/api/v1/wallet", Cancel);
            statuses.Add(answer.StatusCode);
        }

        statuses[..3].ShouldAllBe(status => status == HttpStatusCode.OK);
        statuses.ShouldContain(HttpStatusCode.TooManyRequests);
        (await Should.ThrowAsync<HubException>(() => HubHost.StartAsync(App.Options with { RequestsPerSecond = 0 }, Cancel))).Message.ShouldContain("limits.requests_per_second");
    }

    private async Task<JsonElement> PricesAsync() => await App.Anonymous.GetFromJsonAsync<JsonElement>("/api/v1/prices", Cancel);
}
