using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Muster.Hub.Accounts;
using Shouldly;
using Xunit;

namespace Muster.Tests.Hub.Ledger.Wallet;

public sealed class WalletTests : WalletTest
{
    [Fact]
    public async Task Wallet_Fresh_IsEmptyAndOutOfSight()
    {
        var wallet = await WalletAsync(Ada);

        foreach (var name in (string[])["balance", "held", "bonus", "earned"])
        {
            wallet.GetProperty(name).GetString().ShouldBe("0.000000");
        }

        wallet.GetProperty("in_use").GetBoolean().ShouldBeFalse();
        (await HistoryAsync(Ada)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Transfer_ByName_ArrivesAndBothSeeIt()
    {
        var bob = await PersonAsync("Bob");
        await GrantAsync("ada", "10");

        var done = await PostAsync(Ada, "transfers", new { to = "bOB", amount = "2.5", note = "thanks" });

        done.Status.ShouldBe(HttpStatusCode.OK);
        (done.Text("to"), done.Text("amount"), done.Text("fee"), done.Text("note")).ShouldBe(("Bob", "2.500000", "0.000000", "thanks"));
        (await BalanceAsync(Ada), await BalanceAsync(bob)).ShouldBe(("7.500000", "2.500000"));
        (await HistoryAsync(Ada)).ShouldBe(["transfer -2.500000 Bob thanks", "grant 10.000000  "]);
        (await HistoryAsync(bob)).ShouldBe(["transfer 2.500000 ada thanks"]);
        (await WalletAsync(bob)).GetProperty("in_use").GetBoolean().ShouldBeTrue();
    }

    [Fact]
    public async Task Transfer_ById_Arrives()
    {
        var bob = await PersonAsync("bob");
        await GrantAsync("ada", "10");
        var id = (await bob.GetFromJsonAsync<JsonElement>("/api/v1/me", Cancel)).GetProperty("user").GetProperty("id").GetString();

        (await PostAsync(Ada, "transfers", new { to = id, amount = "1" })).Text("to").ShouldBe("bob");
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("0")]
    [InlineData("0.000000")]
    [InlineData("0.0000001")]
    [InlineData("1e3")]
    [InlineData("NaN")]
    [InlineData("Infinity")]
    [InlineData(" 1")]
    [InlineData("1 ")]
    [InlineData("1,5")]
    [InlineData("")]
    [InlineData(null)]
    [InlineData("9223372036854.775808")]
    [InlineData("123456789012345678901234567890")]
    public async Task Transfer_BadAmount_NamesTheField(string? amount)
    {
        await PersonAsync("bob");

        var refused = await PostAsync(Ada, "transfers", new { to = "bob", amount });

        refused.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        refused.Code.ShouldBe("invalid");
        refused.Fields.ShouldBe(["amount"]);
    }

    [Fact]
    public async Task Transfer_AmountAsANumber_SaysToQuoteIt()
    {
        await PersonAsync("bob");

        var refused = await PostAsync(Ada, "transfers", new { to = "bob", amount = 5 });

        refused.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        refused.Fields.ShouldBe(["amount"]);
        refused.Detail!.ShouldContain("quotation marks");
    }

    [Theory]
    [InlineData("ada", "yourself")]
    [InlineData("ADA", "yourself")]
    [InlineData("nobody", "no user named \"nobody\"")]
    [InlineData("usr_01jd0000000000000000000000", "no user named")]
    [InlineData("", "Nobody is named")]
    [InlineData(null, "Nobody is named")]
    public async Task Transfer_ToNobodyOrOneself_NamesTheField(string? to, string what)
    {
        await GrantAsync("ada", "10");

        var refused = await PostAsync(Ada, "transfers", new { to, amount = "1" });

        refused.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        refused.Fields.ShouldBe(["to"]);
        refused.Detail!.ShouldContain(what);
    }

    [Fact]
    public async Task Transfer_SeveralMistakes_NamesAll() =>
        (await PostAsync(Ada, "transfers", new { to = "", amount = "-1", note = "two\nlines" })).Fields.ShouldBe(["amount", "to", "note"]);

    [Fact]
    public async Task Transfer_TooLittle_SaysWhatIsThere()
    {
        await PersonAsync("bob");
        await GrantAsync("ada", "1.5");

        var refused = await PostAsync(Ada, "transfers", new { to = "bob", amount = "1.500001" });

        refused.Status.ShouldBe(HttpStatusCode.Conflict);
        refused.Code.ShouldBe("insufficient_credits");
        refused.Detail!.ShouldContain("needs 1.500001 CPT and 1.500000 CPT are free");
        (await BalanceAsync(Ada)).ShouldBe("1.500000");
    }

    [Fact]
    public async Task Transfer_Guest_MayLookButNotSpend()
    {
        var guest = await PersonAsync("gil", Role.Guest);
        await PersonAsync("bob");
        await GrantAsync("gil", "5");

        (await PostAsync(guest, "transfers", new { to = "bob", amount = "1" })).Detail!.ShouldContain("role member");
        (await PostAsync(guest, "transfers/batch", new { transfers = new[] { new { to = "bob", amount = "1" } } })).Status.ShouldBe(HttpStatusCode.Forbidden);
        (await BalanceAsync(guest)).ShouldBe("5.000000");
    }

    [Fact]
    public async Task Transfer_KeyWithoutTheScope_IsRefused()
    {
        var reader = await PersonAsync("rea", scopes: Scopes.Ask);

        (await PostAsync(reader, "transfers", new { to = "ada", amount = "1" })).Code.ShouldBe("scope_missing");
    }

    [Theory]
    [InlineData("GET", "/api/v1/wallet")]
    [InlineData("GET", "/api/v1/wallet/history")]
    [InlineData("POST", "/api/v1/wallet/transfers")]
    [InlineData("POST", "/api/v1/wallet/transfers/batch")]
    [InlineData("POST", "/api/v1/wallet/grants")]
    public async Task Route_SignedInAsNobody_IsRefused(string method, string route)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), route) { Content = method == "GET" ? null : JsonContent.Create(new { }) };
        using var answer = await App.Anonymous.SendAsync(request, Cancel);

        answer.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Grant_ByAMember_IsRefusedAndByAnAdminDone()
    {
        var bob = await PersonAsync("bob");
        var admin = await PersonAsync("ann", Role.Admin);

        (await PostAsync(bob, "grants", new { to = "bob", amount = "1" })).Status.ShouldBe(HttpStatusCode.Forbidden);
        (await PostAsync(admin, "grants", new { to = "bob", amount = "1", note = "for the course" })).Status.ShouldBe(HttpStatusCode.OK);

        (await BalanceAsync(bob)).ShouldBe("1.000000");
        (await Database.ReadAsync(tx => tx.Scalar<string>("select u.username from ledger_transfers t join users u on u.id = t.actor where t.note = 'for the course'"), Cancel)).ShouldBe("ann");
    }

    [Fact]
    public async Task Wallet_OfAnother_CannotBeReached()
    {
        var (bob, eve) = (await PersonAsync("bob"), await PersonAsync("eve"));
        await GrantAsync("bob", "5");

        (await PostAsync(eve, "transfers", new { from = "bob", to = "eve", amount = "1" })).Fields.ShouldBe(["to"]);
        (await PostAsync(eve, "transfers", new { from = "bob", to = "ada", amount = "1" })).Code.ShouldBe("insufficient_credits");

        (await HistoryAsync(eve)).ShouldBeEmpty();
        (await BalanceAsync(bob)).ShouldBe("5.000000");
    }

    [Fact]
    public async Task History_InPages_IsCompleteAndNewestFirst()
    {
        await PersonAsync("bob");
        await GrantAsync("ada", "100");
        for (var i = 1; i <= 5; i++)
        {
            await PostAsync(Ada, "transfers", new { to = "bob", amount = $"{i}" });
        }

        var (amounts, after) = (new List<string?>(), (string?)null);
        do
        {
            var page = await Ada.GetFromJsonAsync<JsonElement>("/api/v1/wallet/history?limit=4" + (after is null ? "" : "&after=" + after), Cancel);
            amounts.AddRange(page.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("amount").GetString()));
            after = page.GetProperty("next").GetString();
        }
        while (after is not null);

        amounts.ShouldBe(["-5.000000", "-4.000000", "-3.000000", "-2.000000", "-1.000000", "100.000000"]);
    }

    [Fact]
    public async Task LocalKey_OfAnOlderHub_GainsTheScope()
    {
        await Database.WriteAsync(tx => tx.Execute("update api_keys set scopes = 'ask manage'"), Cancel);
        await RestartAsync(options => options);
        await PersonAsync("bob");
        await GrantAsync("ada", "1");

        (await PostAsync(Ada, "transfers", new { to = "bob", amount = "1" })).Status.ShouldBe(HttpStatusCode.OK);
    }

    private static async Task<IReadOnlyList<string>> HistoryAsync(HttpClient client) =>
    [
        .. (await client.GetFromJsonAsync<JsonElement>("/api/v1/wallet/history", Cancel)).GetProperty("items").EnumerateArray()
            .Select(item => $"{item.GetProperty("kind")} {item.GetProperty("amount")} {item.GetProperty("with")} {item.GetProperty("note")}"),
    ];
}
