using System.Net;
using Muster.Testing.Hub;
using Shouldly;
using Xunit;

namespace Muster.Tests.Hub.Accounts.Users;

public sealed class PostgresRoleTests : RoleTests
{
    protected override HubEngine? Engine => OnPostgres.Engine;
}

public class RoleTests : PeopleTest
{
    [Fact]
    public async Task LastOwner_WhateverIsTried_Stays()
    {
        var eve = await JoinAsync("eve", "admin");

        (await SendAsync(Ada, HttpMethod.Patch, "users/ada", new { role = "admin" })).Detail!.ShouldContain("last owner");
        (await SendAsync(Ada, HttpMethod.Patch, "users/ada", new { state = "disabled" })).Status.ShouldBe(HttpStatusCode.Conflict);
        (await SendAsync(Ada, HttpMethod.Delete, "users/ada")).Status.ShouldBe(HttpStatusCode.Conflict);
        (await SendAsync(eve.Client, HttpMethod.Patch, "users/ada", new { role = "guest" })).Status.ShouldBe(HttpStatusCode.Forbidden);
        (await SendAsync(eve.Client, HttpMethod.Delete, "users/ada")).Status.ShouldBe(HttpStatusCode.Forbidden);

        (await OkAsync(Ada, HttpMethod.Get, "users/ada")).GetProperty("role").GetString().ShouldBe("owner");
    }

    [Fact]
    public async Task Owner_WithAnotherBesides_CanStepDown()
    {
        await JoinAsync("bob");
        await OkAsync(Ada, HttpMethod.Patch, "users/bob", new { role = "owner" });

        (await OkAsync(Ada, HttpMethod.Patch, "users/ada", new { role = "member" })).GetProperty("role").GetString().ShouldBe("member");
        (await SendAsync(Ada, HttpMethod.Get, "users")).Status.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task DisabledOwner_IsNoOtherOwner()
    {
        await JoinAsync("bob", "owner");
        await OkAsync(Ada, HttpMethod.Patch, "users/bob", new { state = "disabled" });

        (await SendAsync(Ada, HttpMethod.Patch, "users/ada", new { role = "member" })).Status.ShouldBe(HttpStatusCode.Conflict);
    }

    [Fact]
    public async Task Admin_LooksAfterMembers_AndMakesNobodyAdmin()
    {
        var eve = (await JoinAsync("eve", "admin")).Client;
        await JoinAsync("bob");

        (await OkAsync(eve, HttpMethod.Patch, "users/bob", new { role = "guest" })).GetProperty("role").GetString().ShouldBe("guest");
        (await SendAsync(eve, HttpMethod.Patch, "users/bob", new { role = "admin" })).Status.ShouldBe(HttpStatusCode.Forbidden);
        (await SendAsync(eve, HttpMethod.Post, "invites", new { role = "owner" })).Status.ShouldBe(HttpStatusCode.Forbidden);
        (await SendAsync(eve, HttpMethod.Patch, "users/eve", new { role = "owner" })).Status.ShouldBe(HttpStatusCode.Forbidden);
        (await OkAsync(eve, HttpMethod.Delete, "users/bob")).ValueKind.ShouldBe(System.Text.Json.JsonValueKind.Undefined);
        (await SendAsync(eve, HttpMethod.Get, "users/bob")).Status.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Admin_OtherPeoplesThreads_AreNotThere()
    {
        var eve = (await JoinAsync("eve", "admin")).Client;
        var conversation = await App.ConversationAsync(Cancel);

        (await SendAsync(eve, HttpMethod.Get, $"conversations/{conversation}")).Status.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Member_TheUsersOfTheHub_AreNotHisToSee()
    {
        var bob = (await JoinAsync("bob")).Client;

        (await SendAsync(bob, HttpMethod.Get, "users")).Status.ShouldBe(HttpStatusCode.Forbidden);
        (await SendAsync(bob, HttpMethod.Get, "audit")).Status.ShouldBe(HttpStatusCode.Forbidden);
        (await SendAsync(bob, HttpMethod.Post, "invites", new { role = "guest" })).Status.ShouldBe(HttpStatusCode.Forbidden);
        (await SendAsync(bob, HttpMethod.Patch, "users/bob", new { role = "owner" })).Status.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task DemotedAdmin_WhatHeInvited_LetsNobodyIn()
    {
        var eve = (await JoinAsync("eve", "admin")).Client;
        var invite = (await OkAsync(eve, HttpMethod.Post, "invites", new { })).GetProperty("token").GetString();
        await OkAsync(Ada, HttpMethod.Patch, "users/eve", new { role = "member" });

        (await SendAsync(App.Anonymous, HttpMethod.Post, "register", new { username = "mallory", password = Password, email = "m@example.org", invite })).Code.ShouldBe("invite_wrong");
    }
}
