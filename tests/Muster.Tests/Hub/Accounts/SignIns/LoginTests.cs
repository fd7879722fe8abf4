using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Muster.Hub.Accounts.SignIns;
using Shouldly;
using Xunit;

namespace Muster.Tests.Hub.Accounts.SignIns;

public sealed class LoginTests : PeopleTest
{
    [Theory]
    [InlineData("bob", "the wrong one")]
    [InlineData("nobody", "the wrong one")]
    [InlineData("ada", "the wrong one")] // has no password yet
    [InlineData("", "")]
    public async Task Login_ThatFails_HashesAsOftenWhateverTheReason(string name, string password)
    {
        await JoinAsync("bob");
        var passwords = App.Hub.Services.GetRequiredService<Passwords>();
        var before = passwords.Computed;

        var answer = await SendAsync(App.Anonymous, HttpMethod.Post, "login", new { username = name, password });

        answer.Code.ShouldBe("wrong_credentials");
        (passwords.Computed - before).ShouldBe(1);
    }

    [Fact]
    public async Task Login_PasswordThatIsTooLong_HashesAsOftenAndIsWrong()
    {
        var longest = string.Concat(Enumerable.Repeat("correct horse battery staple ", 10))[..Passwords.Most];
        await JoinAsync("bob", password: longest);
        var passwords = App.Hub.Services.GetRequiredService<Passwords>();
        var before = passwords.Computed;

        (await SendAsync(App.Anonymous, HttpMethod.Post, "login", new { username = "bob", password = longest + "x" })).Code.ShouldBe("wrong_credentials");
        (await SendAsync(App.Anonymous, HttpMethod.Post, "login", new { username = "bob", password = longest })).Status.ShouldBe(HttpStatusCode.OK);
        (passwords.Computed - before).ShouldBe(2);
    }

    [Fact]
    public async Task Login_OneGuessedAt_CanBeUsedFromTheSameAddressByOthers()
    {
        await JoinAsync("bob");
        await JoinAsync("eve");
        Answer last = null!;
        for (var i = 0; i < 7; i++)
        {
            last = await SendAsync(App.Anonymous, HttpMethod.Post, "login", new { username = "bob", password = "the wrong one" });
        }

        last.Status.ShouldBe(HttpStatusCode.TooManyRequests);
        last.RetryAfter!.Value.ShouldBeGreaterThan(TimeSpan.Zero);
        (await SendAsync(App.Anonymous, HttpMethod.Post, "login", new { username = "bob", password = Password })).Status.ShouldBe(HttpStatusCode.TooManyRequests);
        await LoginAsync("eve");
    }

    [Fact]
    public async Task Logout_EndsThisSignInAndNoOther()
    {
        var first = await JoinAsync("bob");
        var second = await LoginAsync("bob");
        using var other = With(second);

        await OkAsync(first.Client, HttpMethod.Post, "logout");

        (await SendAsync(first.Client, HttpMethod.Get, "me")).Status.ShouldBe(HttpStatusCode.Unauthorized);
        (await SendAsync(App.Anonymous, HttpMethod.Post, "refresh", new { refresh_token = first.Refresh })).Status.ShouldBe(HttpStatusCode.Unauthorized);
        await OkAsync(other, HttpMethod.Get, "me");
        await OkAsync(App.Anonymous, HttpMethod.Post, "refresh", new { refresh_token = second.GetProperty("refresh_token").GetString() });
    }

    [Fact]
    public async Task Sessions_ListedAndEnded_StopAtOnce()
    {
        var bob = await JoinAsync("bob");
        using var lost = With(await LoginAsync("bob"));
        var sessions = (await OkAsync(bob.Client, HttpMethod.Get, "me/sessions")).GetProperty("items").EnumerateArray().ToList();
        sessions.Count.ShouldBe(2);
        var other = sessions.Single(session => !session.GetProperty("current").GetBoolean()).GetProperty("id").GetString();
        await OkAsync(lost, HttpMethod.Get, "me");

        await OkAsync(bob.Client, HttpMethod.Delete, $"me/sessions/{other}");

        (await SendAsync(lost, HttpMethod.Get, "me")).Status.ShouldBe(HttpStatusCode.Unauthorized);
        await OkAsync(bob.Client, HttpMethod.Get, "me");
        var eve = await JoinAsync("eve");
        var mine = (await OkAsync(bob.Client, HttpMethod.Get, "me/sessions")).GetProperty("items")[0].GetProperty("id").GetString();
        (await SendAsync(eve.Client, HttpMethod.Delete, $"me/sessions/{mine}")).Status.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Password_Changed_NeedsTheOldOneAndEndsOtherSignIns()
    {
        var bob = await JoinAsync("bob");
        using var other = With(await LoginAsync("bob"));

        (await SendAsync(bob.Client, HttpMethod.Post, "me/password", new { old_password = "a guess at it", new_password = "battery staple" })).Code.ShouldBe("wrong_credentials");
        await OkAsync(other, HttpMethod.Get, "me");
        await OkAsync(bob.Client, HttpMethod.Post, "me/password", new { old_password = Password, new_password = "battery staple" });

        (await SendAsync(other, HttpMethod.Get, "me")).Status.ShouldBe(HttpStatusCode.Unauthorized);
        await OkAsync(bob.Client, HttpMethod.Get, "me");
        (await SendAsync(App.Anonymous, HttpMethod.Post, "login", new { username = "bob", password = Password })).Status.ShouldBe(HttpStatusCode.Unauthorized);
        await LoginAsync("bob", "battery staple");
    }

    [Fact]
    public async Task Password_ResetByAnAdmin_WorksOnceAndEndsSignIns()
    {
        var bob = await JoinAsync("bob");
        var reset = (await OkAsync(Ada, HttpMethod.Post, "users/bob/reset")).GetProperty("token").GetString();

        await OkAsync(App.Anonymous, HttpMethod.Post, "password-resets", new { token = reset, password = "battery staple" });
        var again = await SendAsync(App.Anonymous, HttpMethod.Post, "password-resets", new { token = reset, password = "another one" });

        again.Code.ShouldBe("reset_wrong");
        (await SendAsync(bob.Client, HttpMethod.Get, "me")).Status.ShouldBe(HttpStatusCode.Unauthorized);
        await LoginAsync("bob", "battery staple");
    }

    [Fact]
    public async Task Reset_OfOneselfOrOfSomebodyAbove_IsRefused()
    {
        var eve = (await JoinAsync("eve", "admin")).Client;
        await JoinAsync("max", "admin");

        (await SendAsync(Ada, HttpMethod.Post, "users/ada/reset")).Status.ShouldBe(HttpStatusCode.Conflict);
        (await SendAsync(eve, HttpMethod.Post, "users/ada/reset")).Status.ShouldBe(HttpStatusCode.Forbidden);
        (await SendAsync(eve, HttpMethod.Post, "users/max/reset")).Status.ShouldBe(HttpStatusCode.Forbidden);
        (await OkAsync(Ada, HttpMethod.Post, "users/max/reset")).GetProperty("token").GetString()!.ShouldStartWith("mpr_");
    }

    [Fact]
    public async Task Reset_UsedAfterTheAccountWasDisabled_IsRefused()
    {
        await JoinAsync("bob");
        var reset = (await OkAsync(Ada, HttpMethod.Post, "users/bob/reset")).GetProperty("token").GetString();
        await OkAsync(Ada, HttpMethod.Patch, "users/bob", new { state = "disabled" });

        (await SendAsync(App.Anonymous, HttpMethod.Post, "password-resets", new { token = reset, password = "battery staple" })).Code.ShouldBe("reset_wrong");
    }
}
