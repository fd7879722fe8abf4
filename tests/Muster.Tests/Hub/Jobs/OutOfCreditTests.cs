using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Muster.Hub.Ledger;
using Muster.Hub.Ledger.Prices;
using Muster.Testing;
using Shouldly;
using Xunit;

namespace Muster.Tests.Hub.Jobs;

public sealed class OutOfCreditTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Job_ThatHasUsedUpItsCredits_PausesTellsItsOwnerAndGoesOnWithMore()
    {
        await using var house = await PoolHouse.StartAsync(
            Cancel, configure: options => options with { Ledger = new LedgerOptions { SignUpBonus = default, Prices = new PriceRates { Task = new Credits(1_000_000) } } });
        var hub = house.Hub.Client;
        using var granted = await hub.PostAsJsonAsync("/api/v1/wallet/grants", new { to = "ada", amount = "5" }, Cancel);
        using var submitted = await hub.PostAsJsonAsync("/api/v1/jobs", new { spec = new { name = "three", array = 3, command = "true", needs = new { cpu = 4 } }, max_cpt = "1" }, Cancel);
        var job = (await submitted.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>(Cancel)).GetProperty("id").GetString()!;

        await Eventually.TrueAsync(async () => (await hub.GetFromJsonAsync<JsonElement>($"/api/v1/jobs/{job}", Cancel)).GetProperty("state").GetString() == "paused", Cancel);

        await Eventually.TrueAsync(async () => (await NoticesAsync()).Any(item => item.GetProperty("kind").GetString() == "out_of_credit"), Cancel);
        (await NoticesAsync()).ShouldContain(item => item.GetProperty("text").GetString()!.Contains($"muster job resume {job} --more", StringComparison.Ordinal));
        using var empty = await hub.PostAsJsonAsync($"/api/v1/jobs/{job}/resume", new { }, Cancel);
        Assert.Equal(HttpStatusCode.Conflict, empty.StatusCode);
        (await empty.Content.ReadAsStringAsync(Cancel)).ShouldContain("--more 5 gives it more");
        using var resumed = await hub.PostAsJsonAsync($"/api/v1/jobs/{job}/resume", new { more_cpt = "2" }, Cancel);
        resumed.EnsureSuccessStatusCode();
        (await house.EndAsync(job)).State.ShouldBe("succeeded");

        async Task<IReadOnlyList<JsonElement>> NoticesAsync() => [.. (await hub.GetFromJsonAsync<JsonElement>("/api/v1/inbox", Cancel)).GetProperty("items").EnumerateArray()];
    }

    [Fact]
    public async Task More_AskedForAgainWithTheSameKey_IsAddedOnce()
    {
        await using var house = await PoolHouse.StartAsync(
            Cancel, nodes: 0, configure: options => options with { Ledger = new LedgerOptions { SignUpBonus = default, Prices = new PriceRates { Task = new Credits(1_000_000) } } });
        var hub = house.Hub.Client;
        using var granted = await hub.PostAsJsonAsync("/api/v1/wallet/grants", new { to = "ada", amount = "10" }, Cancel);
        using var submitted = await hub.PostAsJsonAsync("/api/v1/jobs", new { spec = new { name = "three", array = 3, command = "true" }, max_cpt = "1" }, Cancel);
        var job = (await submitted.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>(Cancel)).GetProperty("id").GetString()!;

        (await MoreAsync("2", "once")).ShouldBe(HttpStatusCode.NoContent);
        (await MoreAsync("2", "once")).ShouldBe(HttpStatusCode.NoContent);
        (await HoldAsync()).ShouldBe(("3", "3.000000"));
        (await MoreAsync("1", "once")).ShouldBe(HttpStatusCode.Conflict);
        (await MoreAsync("100", "too much")).ShouldBe(HttpStatusCode.Conflict);
        (await HoldAsync()).ShouldBe(("3", "3.000000"));
        (await MoreAsync("2", "again")).ShouldBe(HttpStatusCode.NoContent);
        (await HoldAsync()).ShouldBe(("5", "5.000000"));

        async Task<HttpStatusCode> MoreAsync(string amount, string key)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/v1/jobs/{job}/resume") { Content = JsonContent.Create(new { more_cpt = amount }), Headers = { { "Idempotency-Key", key } } };
            using var answer = await hub.SendAsync(request, Cancel);
            return answer.StatusCode;
        }

        async Task<(string? OfJob, string? OfWallet)> HoldAsync() => (
            (await hub.GetFromJsonAsync<JsonElement>($"/api/v1/jobs/{job}", Cancel)).GetProperty("hold").GetString(),
            (await hub.GetFromJsonAsync<JsonElement>("/api/v1/wallet", Cancel)).GetProperty("held").GetString());
    }
}
