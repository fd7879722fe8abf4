using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Muster.Tests.Hub.Chat;
using Shouldly;
using Xunit;

namespace Muster.Tests.Hub.Planning;

/// <summary>Plans of somebody who may talk to a machine, and run no tasks there.</summary>
public sealed class PlanPermissionTests : HubTest
{
    private const string Closed = "You may not run tasks on nas: its owner allows it with \"muster node allow nas YOU run\", or name another machine.";

    [Fact]
    public async Task Step_ForAMachineThatTakesNoneOfItsUser_IsRefusedWithWhatToDo()
    {
        await using var nas = await App.JoinAsync("nas", Cancel);
        using var bob = await App.MemberAsync("bob", Cancel);
        (await App.Client.PutAsJsonAsync("/api/v1/nodes/nas/permissions", new { ask = new[] { "bob" } }, Cancel)).EnsureSuccessStatusCode();

        var plan = await (await bob.PostAsJsonAsync("/api/v1/plans", new { text = "on nas: count the photos" }, Cancel)).Content.ReadFromJsonAsync<JsonElement>(Cancel);
        using var run = await bob.PostAsJsonAsync("/api/v1/plans/run", new { subtasks = new[] { new { id = "a", description = "count the photos", node = "nas" } } }, Cancel);

        plan.GetProperty("subtasks")[0].GetProperty("why").GetString().ShouldBe(Closed);
        run.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await run.Content.ReadFromJsonAsync<JsonElement>(Cancel)).GetProperty("detail").GetString().ShouldBe(Closed);
    }

    [Fact]
    public async Task Step_ThatNamesNoMachine_GoesToNoneThatTakesNoneOfItsUser()
    {
        await using var nas = await App.JoinAsync("nas", Cancel);
        using var bob = await App.MemberAsync("bob", Cancel);
        (await App.Client.PutAsJsonAsync("/api/v1/nodes/nas/permissions", new { ask = new[] { "bob" } }, Cancel)).EnsureSuccessStatusCode();

        var plan = await (await bob.PostAsJsonAsync("/api/v1/plans", new { text = "list the files" }, Cancel)).Content.ReadFromJsonAsync<JsonElement>(Cancel);

        plan.GetProperty("subtasks")[0].GetProperty("node").ValueKind.ShouldBe(JsonValueKind.Null);
    }
}
