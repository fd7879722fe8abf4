using System.Net.Http.Json;
using System.Text.Json;
using Muster.Testing;
using Shouldly;
using Xunit;

namespace Muster.Tests.Hub.Jobs;

/// <summary>Whose tasks the pool gives to a machine.</summary>
public sealed class RunPermissionTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Task_OfAnotherUser_RunsOnceItsMachinesOwnerAllowsIt()
    {
        await using var house = await PoolHouse.StartAsync(Cancel);
        using var bob = await house.MemberAsync("bob");
        using var submitted = await bob.PostAsJsonAsync("/api/v1/jobs", new { spec = "name: hello\ntasks:\n  - id: hello\n    command: [echo, hello]\n" }, Cancel);
        var text = await submitted.Content.ReadAsStringAsync(Cancel);
        submitted.IsSuccessStatusCode.ShouldBeTrue(text);
        var job = JsonDocument.Parse(text).RootElement.GetProperty("id").GetString();
        (await bob.GetStringAsync($"/api/v1/jobs/{job}/why", Cancel)).ShouldContain("has not let you run tasks there");

        using var asking = await house.Hub.Client.PutAsJsonAsync("/api/v1/nodes/node0/permissions", new { ask = new[] { "bob" } }, Cancel);
        asking.EnsureSuccessStatusCode();
        (await bob.GetStringAsync($"/api/v1/jobs/{job}/why", Cancel)).ShouldContain("has not let you run tasks there"); // to ask is another right
        using var running = await house.Hub.Client.PutAsJsonAsync("/api/v1/nodes/node0/permissions", new { run = new[] { "bob" } }, Cancel);
        running.EnsureSuccessStatusCode();

        var results = await bob.GetFromJsonAsync<JsonElement>($"/api/v1/jobs/{job}/results?wait=60", Cancel);
        results.GetProperty("state").GetString().ShouldBe("succeeded");
    }
}
