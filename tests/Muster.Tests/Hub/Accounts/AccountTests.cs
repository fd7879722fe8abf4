using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Muster.Testing;
using Muster.Testing.Hub;
using Shouldly;
using Xunit;

namespace Muster.Tests.Hub.Accounts;

public sealed class PostgresAccountTests : AccountTests
{
    protected override HubEngine? Engine => OnPostgres.Engine;
}

public class AccountTests : IAsyncLifetime
{
    private readonly TemporaryFolder _home = new();
    private HubApplication _app = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Null is the one that the test run is for.</summary>
    protected virtual HubEngine? Engine => null;

    public async ValueTask InitializeAsync() => _app = await HubApplication.StartAsync(_home.Path, engine: Engine);

    public async ValueTask DisposeAsync()
    {
        if (_app is not null)
        {
            await _app.DisposeAsync();
        }

        _home.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Claim_GoodLink_SetsThePasswordOnce()
    {
        var link = await _app.Hub.OwnerLinkAsync(Cancel);
        using var first = await _app.Anonymous.PostAsJsonAsync("/api/v1/claim", new { token = link!.Token, username = "ada", password = "correct horse" }, Cancel);
        using var again = await _app.Anonymous.PostAsJsonAsync("/api/v1/claim", new { token = link.Token, username = "eve", password = "correct horse" }, Cancel);

        first.StatusCode.ShouldBe(HttpStatusCode.OK);
        again.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await Code(again)).ShouldBe("claim_token");
        (await _app.Anonymous.GetFromJsonAsync<JsonElement>("/api/v1/hub", Cancel)).GetProperty("claimed").GetBoolean().ShouldBeTrue();
    }

    [Fact]
    public async Task Login_WrongPasswordManyTimes_HasToWait()
    {
        await _app.ClaimAsync("correct horse");

        var statuses = new List<HttpStatusCode>();
        TimeSpan? wait = null;
        for (var i = 0; i < 7; i++)
        {
            using var answer = await _app.Anonymous.PostAsJsonAsync("/api/v1/login", new { username = "ada", password = "wrong" }, Cancel);
            statuses.Add(answer.StatusCode);
            wait = answer.Headers.RetryAfter?.Delta;
        }

        statuses.First().ShouldBe(HttpStatusCode.Unauthorized);
        statuses.Last().ShouldBe(HttpStatusCode.TooManyRequests);
        wait!.Value.ShouldBeGreaterThan(TimeSpan.Zero);
    }

    [Fact]
    public async Task Refresh_UsedTwice_EndsTheFamily()
    {
        var first = (await _app.ClaimAsync("correct horse")).GetProperty("refresh_token").GetString();
        using var rotated = await _app.Anonymous.PostAsJsonAsync("/api/v1/refresh", new { refresh_token = first }, Cancel);
        var second = (await rotated.Content.ReadFromJsonAsync<JsonElement>(Cancel)).GetProperty("refresh_token").GetString();

        using var stolen = await _app.Anonymous.PostAsJsonAsync("/api/v1/refresh", new { refresh_token = first }, Cancel);
        using var ended = await _app.Anonymous.PostAsJsonAsync("/api/v1/refresh", new { refresh_token = second }, Cancel);

        rotated.StatusCode.ShouldBe(HttpStatusCode.OK);
        stolen.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        ended.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task AccessToken_Changed_IsRefused()
    {
        var token = (await _app.ClaimAsync("correct horse")).GetProperty("access_token").GetString()!;
        using var good = _app.NewClient(token);
        using var bad = _app.NewClient(token[..^2] + (token[^2] == 'A' ? "BA" : "AA"));

        (await good.GetAsync("/api/v1/me", Cancel)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await bad.GetAsync("/api/v1/me", Cancel)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task LocalKey_Approving_LacksTheScope()
    {
        using var answer = await _app.Client.PostAsJsonAsync("/api/v1/approvals/apr_01jd0000000000000000000000", new { decision = "allow" }, Cancel);

        answer.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await Code(answer)).ShouldBe("scope_missing");
    }

    [Fact]
    public async Task Login_TokensThatAreKept_CannotApprove()
    {
        using var claimed = _app.NewClient((await _app.ClaimAsync("correct horse")).GetProperty("access_token").GetString()!);
        var me = await claimed.GetFromJsonAsync<JsonElement>("/api/v1/me", Cancel);
        var name = me.GetProperty("user").GetProperty("username").GetString();
        using var answer = await _app.Anonymous.PostAsJsonAsync("/api/v1/login", new { username = name, password = "correct horse", approve = true }, Cancel);
        var fresh = await answer.Content.ReadFromJsonAsync<JsonElement>(Cancel);
        using var approving = _app.NewClient(fresh.GetProperty("access_token").GetString()!);

        Scopes(me).ShouldBe(["ask", "manage", "spend", "run"]);
        Scopes(await approving.GetFromJsonAsync<JsonElement>("/api/v1/me", Cancel)).ShouldBe(["ask", "manage", "approve", "spend", "run"]);
        fresh.GetProperty("refresh_token").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    private static IEnumerable<string?> Scopes(JsonElement me) => me.GetProperty("scopes").EnumerateArray().Select(scope => scope.GetString());

    [Fact]
    public async Task Cookie_WriteWithoutHeader_IsRefused()
    {
        var link = await _app.Hub.OwnerLinkAsync(Cancel);
        using var claim = await _app.Anonymous.PostAsJsonAsync(
            "/api/v1/claim", new { token = link!.Token, username = "ada", password = "correct horse", cookie = true }, Cancel);
        using var bare = await _app.Anonymous.PostAsJsonAsync("/api/v1/conversations", new { }, Cancel);
        _app.Anonymous.DefaultRequestHeaders.Add("X-Muster", "1");
        using var marked = await _app.Anonymous.PostAsJsonAsync("/api/v1/conversations", new { }, Cancel);

        (await claim.Content.ReadAsStringAsync(Cancel)).ShouldNotContain("mrt_");
        bare.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        marked.StatusCode.ShouldBe(HttpStatusCode.Created);
    }

    [Fact]
    public async Task Request_ForeignHostOrOrigin_IsRefused()
    {
        using var host = new HttpRequestMessage(HttpMethod.Get, "/api/v1/hub") { Headers = { Host = "evil.example" } };
        using var origin = new HttpRequestMessage(HttpMethod.Get, "/api/v1/hub");
        origin.Headers.Add("Origin", "https://evil.example");

        (await Code(await _app.Client.SendAsync(host, Cancel))).ShouldBe("foreign_host");
        (await Code(await _app.Client.SendAsync(origin, Cancel))).ShouldBe("foreign_origin");
    }

    private static async Task<string?> Code(HttpResponseMessage answer) =>
        (await answer.Content.ReadFromJsonAsync<JsonElement>(Cancel)).GetProperty("code").GetString();
}
