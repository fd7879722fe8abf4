using System.Net;
using System.Net.Http.Json;
using Muster.Testing;
using Muster.Testing.Hub;
using Shouldly;
using Xunit;

namespace Muster.Tests.Hub.Accounts.Users;

public sealed class PostgresDisableTests : DisableTests
{
    protected override HubEngine? Engine => OnPostgres.Engine;
}

public class DisableTests : PeopleTest
{
    [Fact]
    public async Task Disabled_EverythingThatProvedWhoItIs_Stops()
    {
        var bob = await JoinAsync("bob");
        var key = (await OkAsync(bob.Client, HttpMethod.Post, "keys", new { name = "program", scopes = new[] { "ask" } })).GetProperty("secret").GetString();
        using var program = App.NewClient(key);
        await OkAsync(program, HttpMethod.Get, "me");
        using var browser = App.NewClient(null);
        using var cookie = await browser.PostAsJsonAsync("/api/v1/login", new { username = "bob", password = Password, cookie = true }, Cancel);
        (await SendAsync(browser, HttpMethod.Get, "me")).Status.ShouldBe(HttpStatusCode.OK);
        using var stream = await bob.Client.GetStreamAsync("/api/v1/events", Cancel);
        var ended = EndAsync(stream);

        await OkAsync(Ada, HttpMethod.Patch, "users/bob", new { state = "disabled" });

        (await SendAsync(bob.Client, HttpMethod.Get, "me")).Status.ShouldBe(HttpStatusCode.Unauthorized);
        (await SendAsync(program, HttpMethod.Get, "me")).Status.ShouldBe(HttpStatusCode.Unauthorized);
        (await SendAsync(browser, HttpMethod.Get, "me")).Status.ShouldBe(HttpStatusCode.Unauthorized);
        (await SendAsync(App.Anonymous, HttpMethod.Post, "refresh", new { refresh_token = bob.Refresh })).Code.ShouldBe("account_disabled");
        (await SendAsync(App.Anonymous, HttpMethod.Post, "refresh", new { refresh_token = bob.Refresh + "x" })).Code.ShouldBe("unauthenticated");
        await ended.WaitAsync(TimeSpan.FromMinutes(1), TimeProvider.System, Cancel);
        (await SendAsync(App.Anonymous, HttpMethod.Post, "login", new { username = "bob", password = Password })).Code.ShouldBe("account_disabled");
        (await SendAsync(App.Anonymous, HttpMethod.Post, "login", new { username = "bob", password = "wrong one" })).Code.ShouldBe("wrong_credentials");
    }

    [Fact]
    public async Task Enabled_KeysWorkAgain_AndSignInsDoNot()
    {
        var bob = await JoinAsync("bob");
        using var program = App.NewClient((await OkAsync(bob.Client, HttpMethod.Post, "keys", new { name = "program" })).GetProperty("secret").GetString());
        await OkAsync(Ada, HttpMethod.Patch, "users/bob", new { state = "disabled" });
        (await SendAsync(program, HttpMethod.Get, "me")).Status.ShouldBe(HttpStatusCode.Unauthorized);

        await OkAsync(Ada, HttpMethod.Patch, "users/bob", new { state = "active" });

        (await SendAsync(program, HttpMethod.Get, "me")).Status.ShouldBe(HttpStatusCode.OK);
        (await SendAsync(bob.Client, HttpMethod.Get, "me")).Status.ShouldBe(HttpStatusCode.Unauthorized);
        (await SendAsync(App.Anonymous, HttpMethod.Post, "refresh", new { refresh_token = bob.Refresh })).Code.ShouldBe("unauthenticated");
        await LoginAsync("bob");
    }

    [Fact]
    public async Task Disabled_RunThatGoesOn_IsStopped()
    {
        await using var nas = await App.JoinAsync("nas", Cancel);
        var bob = await JoinAsync("bob");
        await OkAsync(Ada, HttpMethod.Put, "nodes/nas/permissions", new { ask = new[] { "bob" } });
        await AskAsync(bob.Client, "work");
        var forward = await nas.ForwardAsync(Cancel);

        var disabling = OkAsync(Ada, HttpMethod.Patch, "users/bob", new { state = "disabled" });

        (await nas.ReceiveAsync(Cancel)).Stop.RunId.ShouldBe(forward.RunId);
        await disabling;
    }

    [Fact]
    public async Task Removed_NothingOfThemIsLeftThatOpensAnything()
    {
        var bob = await JoinAsync("bob");
        var token = (await OkAsync(bob.Client, HttpMethod.Post, "enrolments", new { name = "bobs" })).GetProperty("token").GetString();
        await OkAsync(bob.Client, HttpMethod.Post, "conversations", new { title = "mine" });

        await OkAsync(Ada, HttpMethod.Delete, "users/bob");

        (await SendAsync(bob.Client, HttpMethod.Get, "me")).Status.ShouldBe(HttpStatusCode.Unauthorized);
        (await SendAsync(App.Anonymous, HttpMethod.Post, "login", new { username = "bob", password = Password })).Status.ShouldBe(HttpStatusCode.Unauthorized);
        (await Database.ReadAsync(tx => tx.Scalar<long>("select (select count(*) from enrolments) + (select count(*) from conversations) + (select count(*) from refresh_tokens)"), Cancel)).ShouldBe(0);
        token.ShouldNotBeNull();
        await JoinAsync("bob"); // the name and the address are free again
    }

    private static async Task EndAsync(Stream stream)
    {
        try
        {
            var buffer = new byte[1000];
            while (await stream.ReadAsync(buffer, Cancel) > 0)
            {
                // what comes before the end does not matter
            }
        }
        catch (Exception error) when (error is IOException or HttpRequestException)
        {
            // cut
        }
    }
}
