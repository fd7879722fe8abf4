using System.Net;
using System.Text.Json;
using Muster.Testing;
using Muster.Testing.Hub;
using Muster.Tests.Hub.Accounts;
using Shouldly;
using Xunit;

namespace Muster.Tests.Hub.Fleet.Permissions;

public sealed class PermissionTests : PeopleTest
{
    [Fact]
    public async Task Ask_BeforeAndAfterItIsAllowed_DecidesWhereAMessageGoes()
    {
        await using var nas = await App.JoinAsync("nas", Cancel);
        var bob = (await JoinAsync("bob")).Client;
        (await SendAsync(bob, HttpMethod.Get, "nodes/nas")).Status.ShouldBe(HttpStatusCode.NotFound);
        var refused = await AskAsync(bob, "@nas work");

        await OkAsync(Ada, HttpMethod.Put, "nodes/nas/permissions", new { ask = new[] { "bob" } });
        await AskAsync(bob, "@nas work now");

        (await nas.ForwardAsync(Cancel)).Text.ShouldBe("@nas work now"); // and not the one before
        (await OkAsync(bob, HttpMethod.Get, $"conversations/{refused}")).GetProperty("run_id").ValueKind.ShouldBe(JsonValueKind.Null);
        (await OkAsync(bob, HttpMethod.Get, "nodes/nas")).GetProperty("may").EnumerateArray().Select(may => may.GetString()).ShouldBe(["ask"]);
    }

    [Fact]
    public async Task Ask_TakenAway_StopsTheRunAndHidesTheMachine()
    {
        await using var nas = await App.JoinAsync("nas", Cancel);
        var bob = (await JoinAsync("bob")).Client;
        await OkAsync(Ada, HttpMethod.Put, "nodes/nas/permissions", new { ask = new[] { "bob" } });
        await AskAsync(bob, "work");
        var run = (await nas.ForwardAsync(Cancel)).RunId;

        var taking = OkAsync(Ada, HttpMethod.Put, "nodes/nas/permissions", new { ask = Array.Empty<string>() });

        (await nas.ReceiveAsync(Cancel)).Stop.RunId.ShouldBe(run);
        await taking;
        (await SendAsync(bob, HttpMethod.Get, "nodes/nas")).Status.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Manage_WhoMay_RenamesButGivesItToNobody()
    {
        await using var nas = await App.JoinAsync("nas", Cancel);
        var bob = (await JoinAsync("bob")).Client;
        await JoinAsync("eve");
        (await SendAsync(bob, HttpMethod.Patch, "nodes/nas", new { name = "mine" })).Status.ShouldBe(HttpStatusCode.NotFound);
        await OkAsync(Ada, HttpMethod.Put, "nodes/nas/permissions", new { manage = new[] { "bob" } });

        (await OkAsync(bob, HttpMethod.Patch, "nodes/nas", new { name = "attic" })).GetProperty("name").GetString().ShouldBe("attic");
        (await OkAsync(bob, HttpMethod.Put, "nodes/attic/permissions", new { ask = new[] { "eve" } })).GetProperty("ask")[0].GetString().ShouldBe("eve");
        (await SendAsync(bob, HttpMethod.Put, "nodes/attic/permissions", new { manage = new[] { "bob", "eve" } })).Status.ShouldBe(HttpStatusCode.Forbidden);
        (await SendAsync(bob, HttpMethod.Put, "nodes/attic/permissions", new { ask = new[] { "nobody" } })).Detail!.ShouldContain("no user named \"nobody\"");
    }

    [Fact]
    public async Task Lists_AfterARestart_AreTheSame()
    {
        await using (await App.JoinAsync("nas", Cancel))
        {
            await JoinAsync("bob");
            await OkAsync(Ada, HttpMethod.Put, "nodes/nas/permissions", new { ask = new[] { "bob" }, run = new[] { "bob" }, manage = new[] { "bob" } });
        }

        await RestartAsync();

        var lists = await OkAsync(Ada, HttpMethod.Get, "nodes/nas/permissions");
        foreach (var list in (string[])["ask", "run", "manage"])
        {
            lists.GetProperty(list).EnumerateArray().Select(name => name.GetString()).ShouldBe(["bob"], list);
        }
    }

    [Fact]
    public async Task Guest_WhoMayAsk_IsSaidToBeOne_AndHasNoShell()
    {
        await using var nas = await App.JoinAsync("nas", Cancel);
        var gus = (await JoinAsync("gus", "guest")).Client;
        await OkAsync(Ada, HttpMethod.Put, "nodes/nas/permissions", new { ask = new[] { "gus" }, run = new[] { "gus" } });

        await AskAsync(gus, "how full is the disk?");

        (await nas.ForwardAsync(Cancel)).Guest.ShouldBeTrue();
        (await OkAsync(gus, HttpMethod.Get, "me")).GetProperty("scopes").EnumerateArray().Select(scope => scope.GetString()).ShouldBe(["ask"]);
        (await SendAsync(gus, HttpMethod.Post, "jobs", new { spec = "tasks: {a: {run: [true]}}" })).Status.ShouldBe(HttpStatusCode.Forbidden);
        (await SendAsync(gus, HttpMethod.Post, "wallet/transfers", new { to = "ada", amount = "1" })).Status.ShouldBe(HttpStatusCode.Forbidden);
        (await OkAsync(gus, HttpMethod.Get, "nodes/nas")).GetProperty("may").EnumerateArray().Select(may => may.GetString()).ShouldBe(["ask"]);
    }

    [Fact]
    public async Task RemovedUser_IsOnNoList()
    {
        await using var nas = await App.JoinAsync("nas", Cancel);
        await JoinAsync("bob");
        await OkAsync(Ada, HttpMethod.Put, "nodes/nas/permissions", new { ask = new[] { "bob" }, run = new[] { "bob" } });

        await OkAsync(Ada, HttpMethod.Delete, "users/bob");

        var lists = await OkAsync(Ada, HttpMethod.Get, "nodes/nas/permissions");
        lists.GetProperty("ask").GetArrayLength().ShouldBe(0);
        lists.GetProperty("run").GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public async Task Listed_WhoChanges_IsWrittenDown()
    {
        await using var nas = await App.JoinAsync("nas", Cancel);
        await JoinAsync("bob");
        await OkAsync(Ada, HttpMethod.Put, "nodes/nas/permissions", new { ask = new[] { "bob" } });

        var entry = (await OkAsync(Ada, HttpMethod.Get, "audit?action=node.permissions")).GetProperty("items")[0];
        entry.GetProperty("detail").GetString().ShouldBe("+bob ask");
        entry.GetProperty("username").GetString().ShouldBe("ada");
    }
}
