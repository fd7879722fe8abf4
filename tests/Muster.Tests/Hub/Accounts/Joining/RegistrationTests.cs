using System.Net;
using Muster.Hub;
using Muster.Hub.Accounts.Joining;
using Muster.Hub.Ledger;
using Muster.Testing;
using Muster.Testing.Hub;
using Shouldly;
using Xunit;

namespace Muster.Tests.Hub.Accounts.Joining;

public sealed class PostgresRegistrationTests : RegistrationTests
{
    protected override HubEngine? Engine => OnPostgres.Engine;
}

public class RegistrationTests : PeopleTest
{
    protected override HubOptions Configure(HubOptions options)
    {
        _ = Credits.Read("10", out var bonus);
        return base.Configure(options) with { Ledger = new LedgerOptions { SignUpBonus = bonus } };
    }

    [Fact]
    public async Task Register_WithAnInvitation_WorksOnce()
    {
        var invite = (await OkAsync(Ada, HttpMethod.Post, "invites", new { role = "member" })).GetProperty("token").GetString();

        var bob = await RegisterAsync("bob", invite: invite);
        var again = await RegisterAsync("eve", invite: invite);

        bob.Status.ShouldBe(HttpStatusCode.OK);
        bob.Body.GetProperty("user").GetProperty("role").GetString().ShouldBe("member");
        again.Code.ShouldBe("invite_wrong");
        (await OkAsync(Ada, HttpMethod.Get, "invites")).GetProperty("items")[0].GetProperty("used_by").GetString().ShouldBe("bob");
    }

    [Fact]
    public async Task Register_ManyAtOnceWithOneInvitation_LetsOneIn()
    {
        var invite = (await OkAsync(Ada, HttpMethod.Post, "invites", new { })).GetProperty("token").GetString();

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(number => RegisterAsync($"bob{number}", invite: invite)));

        answers.Count(answer => answer.Status == HttpStatusCode.OK).ShouldBe(1);
        (await OkAsync(Ada, HttpMethod.Get, "users")).GetProperty("items").GetArrayLength().ShouldBe(2);
    }

    [Fact]
    public async Task Register_WithoutOrWithAWrongInvitation_IsRefused()
    {
        var revoked = await OkAsync(Ada, HttpMethod.Post, "invites", new { });
        await OkAsync(Ada, HttpMethod.Delete, "invites/" + revoked.GetProperty("invite").GetProperty("id").GetString());
        var old = (await OkAsync(Ada, HttpMethod.Post, "invites", new { })).GetProperty("token").GetString();
        await Database.WriteAsync(tx => tx.Execute("update invites set expires_at = 1"), Cancel);

        (await RegisterAsync("bob")).Code.ShouldBe("invite_needed");
        (await RegisterAsync("bob", invite: "miv_guess")).Code.ShouldBe("invite_wrong");
        (await RegisterAsync("bob", invite: revoked.GetProperty("token").GetString())).Code.ShouldBe("invite_wrong");
        (await RegisterAsync("bob", invite: old)).Code.ShouldBe("invite_wrong");
    }

    [Fact]
    public async Task Register_InvitationForAnAddress_TakesNoOther()
    {
        var invite = (await OkAsync(Ada, HttpMethod.Post, "invites", new { email = "Bob@Example.org" })).GetProperty("token").GetString();

        (await RegisterAsync("eve", email: "eve@example.org", invite: invite)).Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await RegisterAsync("bob", email: "bob@example.org", invite: invite)).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Register_NameOrAddressThatIsTaken_WhateverItsCase_IsRefused()
    {
        await JoinAsync("Bob");
        var invite = (await OkAsync(Ada, HttpMethod.Post, "invites", new { })).GetProperty("token").GetString();

        (await RegisterAsync("bOB", email: "other@example.org", invite: invite)).Detail!.ShouldContain("taken");
        (await RegisterAsync("ADA", email: "other@example.org", invite: invite)).Status.ShouldBe(HttpStatusCode.Conflict);
        (await RegisterAsync("eve", email: "BOB@EXAMPLE.ORG", invite: invite)).Detail!.ShouldContain("e-mail");
        (await RegisterAsync("ｂｏｂ", email: "other@example.org", invite: invite)).Status.ShouldBe(HttpStatusCode.UnprocessableEntity); // wide letters, which read the same
        (await RegisterAsync("eve", email: "other@example.org", invite: invite)).Status.ShouldBe(HttpStatusCode.OK); // and the invitation was not used up
    }

    [Theory]
    [InlineData("", "correct horse", "b@example.org", "username")]
    [InlineData("bob marley", "correct horse", "b@example.org", "username")]
    [InlineData("usr_01jd0000000000000000000000", "correct horse", "b@example.org", "username")]
    [InlineData("bob", "short", "b@example.org", "password")]
    [InlineData("bob", "password123", "b@example.org", "password")]
    [InlineData("bob", "aaaaaaaaaaaa", "b@example.org", "password")]
    [InlineData("bobbobbob", "BobBobBob", "b@example.org", "password")]
    [InlineData("bob", "correct horse", "", "email")]
    [InlineData("bob", "correct horse", "nobody", "email")]
    [InlineData("bob", "correct horse", "a b@example.org", "email")]
    [InlineData("bob", "correct horse", "a@b@example.org", "email")]
    public async Task Register_FieldThatWillNotDo_IsNamed(string username, string password, string email, string field)
    {
        var invite = (await OkAsync(Ada, HttpMethod.Post, "invites", new { })).GetProperty("token").GetString();

        var answer = await RegisterAsync(username, password, email, invite);

        answer.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        answer.Body.GetProperty("errors")[0].GetProperty("field").GetString().ShouldBe(field);
        (await RegisterAsync("bob", invite: invite)).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Register_Bonus_IsGivenOnceAndCannotBeGivenAway()
    {
        var bob = await JoinAsync("bob");
        await LoginAsync("bob");

        var wallet = await OkAsync(bob.Client, HttpMethod.Get, "wallet");

        wallet.GetProperty("bonus").GetString().ShouldBe("10.000000");
        wallet.GetProperty("balance").GetString().ShouldBe("0.000000");
        (await SendAsync(bob.Client, HttpMethod.Post, "wallet/transfers", new { to = "ada", amount = "1" })).Code.ShouldBe("insufficient_credits");
        (await Database.ReadAsync(tx => LedgerBook.Verify(tx), Cancel)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Register_TriedManyTimes_HasToWait()
    {
        Answer last;
        var tries = 0;
        do
        {
            last = await RegisterAsync("bob", invite: "miv_guess");
        }
        while (last.Status != HttpStatusCode.TooManyRequests && ++tries < 200);

        last.Status.ShouldBe(HttpStatusCode.TooManyRequests);
        last.RetryAfter!.Value.ShouldBeGreaterThan(TimeSpan.Zero);
        tries.ShouldBeGreaterThanOrEqualTo(40); // a class comes in
    }

    [Fact]
    public async Task Invite_MadeTwiceWithOneKey_IsOne()
    {
        var first = await SendAsync(Ada, HttpMethod.Post, "invites", new { role = "guest" }, key: "k1");
        var second = await SendAsync(Ada, HttpMethod.Post, "invites", new { role = "guest" }, key: "k1");

        first.Status.ShouldBe(HttpStatusCode.OK);
        second.Status.ShouldBe(HttpStatusCode.Conflict);
        (await OkAsync(Ada, HttpMethod.Get, "invites")).GetProperty("items").GetArrayLength().ShouldBe(1);
        (await Database.ReadAsync(tx => tx.Query<string>("select body from idempotency"), Cancel)).ShouldAllBe(body => !body.Contains("miv_"));
    }

    private Task<Answer> RegisterAsync(string username, string password = Password, string? email = null, string? invite = null) =>
        SendAsync(App.Anonymous, HttpMethod.Post, "register", new { username, password, email = email ?? $"{username}@example.org", invite });
}

public sealed class SignUpModeTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(SignUpMode.Open, HttpStatusCode.OK, null)]
    [InlineData(SignUpMode.Closed, HttpStatusCode.Forbidden, "signup_closed")]
    public async Task Register_Without_AnInvitation_DependsOnTheMode(SignUpMode mode, HttpStatusCode status, string? code)
    {
        using var home = new TemporaryFolder();
        await using var app = await HubApplication.StartAsync(home.Path, options => options with { Accounts = new AccountOptions { SignUp = mode } });

        using var answer = await System.Net.Http.Json.HttpClientJsonExtensions.PostAsJsonAsync(
            app.Anonymous, "/api/v1/register", new { username = "bob", password = PeopleTest.Password, email = "bob@example.org" }, Cancel);

        answer.StatusCode.ShouldBe(status);
        if (code is not null)
        {
            (await answer.Content.ReadAsStringAsync(Cancel)).ShouldContain(code);
        }
    }
}
