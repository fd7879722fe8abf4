using System.Net;
using System.Text.Json;
using Muster.Hub;
using Muster.Hub.Ledger;
using Muster.Hub.Ledger.Prices;
using Muster.Testing.Hub;
using Shouldly;
using Xunit;

namespace Muster.Tests.Hub.Accounts.Keys;

public sealed class PostgresKeyTests : KeyTests
{
    protected override HubEngine? Engine => OnPostgres.Engine;
}

public class KeyTests : PeopleTest
{
    // One CPT for a task.
    private const string Spec = "name: small\ntasks:\n  - id: small\n    command: [\"true\"]\n";

    protected override HubOptions Configure(HubOptions options)
    {
        _ = Credits.Read("1", out var price);
        return base.Configure(options) with { Ledger = new LedgerOptions { Prices = new PriceRates { Task = price } } };
    }

    [Fact]
    public async Task Key_Secret_IsShownOnceAndStoredNowhere()
    {
        var made = await OkAsync(Ada, HttpMethod.Post, "keys", new { name = "ci", scopes = new[] { "ask" }, budget = "5" });
        var secret = made.GetProperty("secret").GetString()!;
        var id = made.GetProperty("key").GetProperty("id").GetString()!;

        secret.ShouldStartWith(id + ".");
        (await OkAsync(Ada, HttpMethod.Get, "keys/" + id)).ToString().ShouldNotContain(secret[(id.Length + 1)..]);
        (await Database.ReadAsync(tx => tx.Scalar<long>("select count(*) from api_keys where hash like @part", new { part = "%" + secret[(id.Length + 1)..] + "%" }), Cancel)).ShouldBe(0);
    }

    [Fact]
    public async Task Key_WhatMakesIt_BoundsItsScopes()
    {
        (await SendAsync(Ada, HttpMethod.Post, "keys", new { name = "ci", scopes = new[] { "approve" } })).Detail!.ShouldContain("approve");
        (await SendAsync(Ada, HttpMethod.Post, "keys", new { name = "ci", scopes = new[] { "everything" } })).Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        using var bounded = await KeyAsync(Ada, new { name = "bounded", scopes = new[] { "manage", "ask" }, budget = "1" });
        (await SendAsync(bounded, HttpMethod.Post, "keys", new { name = "free", scopes = new[] { "ask" } })).Detail!.ShouldContain("no further keys");
        using var narrow = await KeyAsync(Ada, new { name = "narrow", scopes = new[] { "manage" } });
        (await SendAsync(narrow, HttpMethod.Post, "keys", new { name = "wide", scopes = new[] { "spend" } })).Status.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task Key_Approve_OnlyByExplicitChoiceOfSomebodyWhoMay()
    {
        await JoinAsync("bob");
        var login = await OkAsync(App.Anonymous, HttpMethod.Post, "login", new { username = "bob", password = Password, approve = true });
        using var bob = With(login);

        var plain = (await OkAsync(bob, HttpMethod.Post, "keys", new { name = "plain" })).GetProperty("key");
        var chosen = (await OkAsync(bob, HttpMethod.Post, "keys", new { name = "chosen", scopes = new[] { "ask", "approve" } })).GetProperty("key");

        plain.GetProperty("scopes").EnumerateArray().Select(scope => scope.GetString()).ShouldBe(["ask"]);
        chosen.GetProperty("scopes").EnumerateArray().Select(scope => scope.GetString()).ShouldBe(["ask", "approve"]);
    }

    [Fact]
    public async Task Key_RevokedOrExpired_IsRefusedAtOnce()
    {
        using var key = await KeyAsync(Ada, new { name = "ci" });
        var id = (await OkAsync(key, HttpMethod.Get, "me")).GetProperty("key").GetString();
        using var old = await KeyAsync(Ada, new { name = "old", expires_in_days = 1 });
        await OkAsync(old, HttpMethod.Get, "me");

        await OkAsync(Ada, HttpMethod.Delete, $"keys/{id}");
        await Database.WriteAsync(tx => tx.Execute("update api_keys set expires_at = 1 where name = 'old'"), Cancel);

        (await SendAsync(key, HttpMethod.Get, "me")).Status.ShouldBe(HttpStatusCode.Unauthorized);
        await Muster.Testing.Eventually.TrueAsync(async () => (await SendAsync(old, HttpMethod.Get, "me")).Status == HttpStatusCode.Unauthorized, Cancel);
    }

    [Fact]
    public async Task Key_OfSomebodyElse_IsNotThere()
    {
        var bob = (await JoinAsync("bob")).Client;
        using var key = await KeyAsync(Ada, new { name = "ci" });
        var id = (await OkAsync(key, HttpMethod.Get, "me")).GetProperty("key").GetString();

        (await SendAsync(bob, HttpMethod.Get, $"keys/{id}")).Status.ShouldBe(HttpStatusCode.NotFound);
        (await SendAsync(bob, HttpMethod.Delete, $"keys/{id}")).Status.ShouldBe(HttpStatusCode.NotFound);
        (await SendAsync(bob, HttpMethod.Get, "keys?user=ada")).Status.ShouldBe(HttpStatusCode.Forbidden);
        await OkAsync(key, HttpMethod.Get, "me");
    }

    [Fact]
    public async Task Budget_JobsByTheKey_StopWhereItEnds_AndWhatComesBackIsFreeAgain()
    {
        await OkAsync(Ada, HttpMethod.Post, "wallet/grants", new { to = "ada", amount = "100" });
        using var key = await KeyAsync(Ada, new { name = "ci", scopes = new[] { "ask", "run", "spend" }, budget = "2.5" });

        var first = await OkAsync(key, HttpMethod.Post, "jobs", new { spec = Spec });
        await OkAsync(key, HttpMethod.Post, "jobs", new { spec = Spec });
        var third = await SendAsync(key, HttpMethod.Post, "jobs", new { spec = Spec });

        third.Status.ShouldBe(HttpStatusCode.Forbidden);
        third.Code.ShouldBe("budget_exceeded");
        third.Detail!.ShouldContain("0.500000");
        (await OkAsync(Ada, HttpMethod.Get, "wallet")).GetProperty("held").GetString().ShouldBe("2.000000");
        await OkAsync(Ada, HttpMethod.Post, "jobs", new { spec = Spec }); // its user is not bounded by it

        await OkAsync(key, HttpMethod.Post, $"jobs/{first.GetProperty("id").GetString()}/cancel");
        await Muster.Testing.Eventually.TrueAsync(async () => (await SendAsync(key, HttpMethod.Post, "jobs", new { spec = Spec })).Status == HttpStatusCode.Created, Cancel);
        (await SpentAsync("ci")).ShouldBe("2.000000");
    }

    [Fact]
    public async Task Budget_ManyAtOnce_AreNeverMoreThanItAllows()
    {
        await OkAsync(Ada, HttpMethod.Post, "wallet/grants", new { to = "ada", amount = "100" });
        using var key = await KeyAsync(Ada, new { name = "ci", scopes = new[] { "ask", "run", "spend" }, budget_day = "5" });

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => SendAsync(key, HttpMethod.Post, "jobs", new { spec = Spec })));

        answers.Count(answer => answer.Status == HttpStatusCode.Created).ShouldBe(5);
        answers.Count(answer => answer.Code == "budget_exceeded").ShouldBe(15);
        (await OkAsync(Ada, HttpMethod.Get, "wallet")).GetProperty("held").GetString().ShouldBe("5.000000");
    }

    [Fact]
    public async Task Budget_Transfers_CountAndAreUndoneWhole()
    {
        await JoinAsync("bob");
        await OkAsync(Ada, HttpMethod.Post, "wallet/grants", new { to = "ada", amount = "100" });
        using var key = await KeyAsync(Ada, new { name = "ci", scopes = new[] { "ask", "spend" }, budget_month = "3" });

        await OkAsync(key, HttpMethod.Post, "wallet/transfers", new { to = "bob", amount = "2" });
        (await SendAsync(key, HttpMethod.Post, "wallet/transfers", new { to = "bob", amount = "1.000001" })).Code.ShouldBe("budget_exceeded");
        (await SendAsync(key, HttpMethod.Post, "wallet/transfers/batch", new { transfers = new[] { new { to = "bob", amount = "1" }, new { to = "bob", amount = "1" } } })).Code.ShouldBe("budget_exceeded");
        await OkAsync(key, HttpMethod.Post, "wallet/transfers", new { to = "bob", amount = "1" });

        (await OkAsync(Ada, HttpMethod.Get, "wallet")).GetProperty("balance").GetString().ShouldBe("97.000000");
        (await SpentAsync("ci")).ShouldBe("3.000000");
        (await Database.ReadAsync(tx => LedgerBook.Verify(tx), Cancel)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Scopes_RunWithoutSpend_SubmitsNothingThatCosts()
    {
        await OkAsync(Ada, HttpMethod.Post, "wallet/grants", new { to = "ada", amount = "100" });
        using var run = await KeyAsync(Ada, new { name = "run", scopes = new[] { "ask", "run" } });
        using var ask = await KeyAsync(Ada, new { name = "ask", scopes = new[] { "ask", "spend" } });

        (await SendAsync(run, HttpMethod.Post, "jobs", new { spec = Spec })).Code.ShouldBe("scope_missing");
        (await SendAsync(ask, HttpMethod.Post, "jobs", new { spec = Spec })).Code.ShouldBe("scope_missing");
        (await OkAsync(Ada, HttpMethod.Get, "wallet")).GetProperty("held").GetString().ShouldBe("0.000000");
    }

    private async Task<string?> SpentAsync(string name) =>
        (await OkAsync(Ada, HttpMethod.Get, "keys")).GetProperty("items").EnumerateArray().Single(key => key.GetProperty("name").GetString() == name).GetProperty("spent").GetString();

    private async Task<HttpClient> KeyAsync(HttpClient maker, object request) =>
        App.NewClient((await OkAsync(maker, HttpMethod.Post, "keys", request)).GetProperty("secret").GetString());
}
