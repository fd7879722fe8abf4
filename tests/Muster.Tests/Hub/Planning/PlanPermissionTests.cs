using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Muster.Protocol.Ids;
using Muster.Testing;
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
    public async Task Job_OfAPlan_NamesItsConversation_ToItsOwnerAlone()
    {
        await using var nas = await App.JoinAsync("nas", Cancel);
        using var bob = await App.MemberAsync("bob", Cancel);
        (await App.Client.PutAsJsonAsync("/api/v1/nodes/nas/permissions", new { ask = new[] { "bob" }, run = new[] { "bob" } }, Cancel)).EnsureSuccessStatusCode();
        var conversation = (await (await bob.PostAsJsonAsync("/api/v1/conversations", new { }, Cancel)).Content.ReadFromJsonAsync<JsonElement>(Cancel)).GetProperty("id").GetString();
        (await bob.PostAsJsonAsync($"/api/v1/conversations/{conversation}/messages", new { id = Id<Message>.New(TimeProvider.System).ToString(), text = "plan: count the photos on nas, then list the files on nas" }, Cancel)).EnsureSuccessStatusCode();
        JsonElement[] jobs = [];
        await Eventually.TrueAsync(async () => (jobs = [.. (await bob.GetFromJsonAsync<JsonElement>("/api/v1/jobs", Cancel)).GetProperty("items").EnumerateArray()]).Length == 1, Cancel);
        var job = $"/api/v1/jobs/{jobs[0].GetProperty("id").GetString()}";

        (await bob.GetFromJsonAsync<JsonElement>(job, Cancel)).GetProperty("conversation_id").GetString().ShouldBe(conversation);
        (await App.Client.GetFromJsonAsync<JsonElement>(job, Cancel)).GetProperty("conversation_id").ValueKind.ShouldBe(JsonValueKind.Null);
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
