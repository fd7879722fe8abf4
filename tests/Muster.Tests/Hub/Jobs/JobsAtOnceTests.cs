using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Muster.Hub.Ledger;
using Muster.Hub.Ledger.Prices;
using Muster.Testing;
using Muster.Testing.Hub;
using Shouldly;
using Xunit;

namespace Muster.Tests.Hub.Jobs;

/// <summary>Jobs that come at the same moment are promised together, and each is judged alone.</summary>
public sealed class JobsAtOnceTests : IAsyncLifetime
{
    private readonly TemporaryFolder _home = new();
    private HubApplication _hub = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _hub = await HubApplication.StartAsync(_home.Path, options => options with
        {
            Ledger = new LedgerOptions { SignUpBonus = default, Prices = new PriceRates { Task = new Credits(1_000_000) } },
        });
        using var granted = await _hub.Client.PostAsJsonAsync("/api/v1/wallet/grants", new { to = "ada", amount = "5" }, Cancel);
        granted.EnsureSuccessStatusCode();
    }

    public async ValueTask DisposeAsync()
    {
        await _hub.DisposeAsync();
        _home.Dispose();
    }

    [Fact]
    public async Task Jobs_ForMoreThanThereIs_AreTakenWhileCreditsLast()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 40).Select(number => SubmitAsync($"key-{number}", "true")));

        answers.Count(answer => answer.Status == HttpStatusCode.Created).ShouldBe(5);
        answers.Where(answer => answer.Status != HttpStatusCode.Created).ShouldAllBe(answer => answer.Body.GetProperty("code").GetString() == "insufficient_credits");
        var wallet = await _hub.Client.GetFromJsonAsync<JsonElement>("/api/v1/wallet", Cancel);
        wallet.GetProperty("held").GetString().ShouldBe("5.000000");
        (await _hub.Client.GetFromJsonAsync<JsonElement>("/api/v1/jobs", Cancel)).GetProperty("items").GetArrayLength().ShouldBe(5);
    }

    [Fact]
    public async Task Jobs_OfOneKey_AreOneJob()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => SubmitAsync("same", "true")));

        answers.ShouldAllBe(answer => answer.Status == HttpStatusCode.Created);
        answers.Select(answer => answer.Body.GetProperty("id").GetString()).Distinct().Count().ShouldBe(1);
        (await _hub.Client.GetFromJsonAsync<JsonElement>("/api/v1/wallet", Cancel)).GetProperty("held").GetString().ShouldBe("1.000000");
    }

    [Fact]
    public async Task Jobs_OfOneKeyAndDifferentSpecs_AreOneJobAndConflicts()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(number => SubmitAsync("same", $"echo {number}")));

        answers.Count(answer => answer.Status == HttpStatusCode.Created).ShouldBe(1);
        answers.Where(answer => answer.Status != HttpStatusCode.Created).ShouldAllBe(answer => answer.Status == HttpStatusCode.Conflict && answer.Body.GetProperty("code").GetString() == "idempotency_conflict");
    }

    private async Task<(HttpStatusCode Status, JsonElement Body)> SubmitAsync(string key, string command)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/jobs") { Content = JsonContent.Create(new { spec = new { command } }) };
        request.Headers.Add("Idempotency-Key", key);
        using var answer = await _hub.Client.SendAsync(request, Cancel);
        return (answer.StatusCode, await answer.Content.ReadFromJsonAsync<JsonElement>(Cancel));
    }
}
