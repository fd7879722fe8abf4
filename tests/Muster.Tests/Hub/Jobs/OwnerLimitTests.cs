using System.Net.Http.Json;
using System.Text.Json;
using Muster.Node.Compute;
using Muster.Node.Compute.Owner;
using Muster.Testing;
using Shouldly;
using Xunit;

namespace Muster.Tests.Hub.Jobs;

/// <summary>What a machine's owner gives and when, as the pool sees it.</summary>
public sealed class OwnerLimitTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Task_OutsideTheHoursOfTheOnlyMachine_WaitsAndSaysWhy()
    {
        await using var house = await PoolHouse.StartAsync(Cancel, nodes: 0);
        var now = TimeOnly.FromDateTime(TimeProvider.System.GetLocalNow().DateTime);
        await house.AddAsync("attic", compute => compute with { Hours = [new DayHours(now.AddHours(3), now.AddHours(4))] });

        var job = await house.RunAsync("echo", "hello");

        (await house.Hub.Client.GetStringAsync($"/api/v1/jobs/{job}/why", Cancel)).ShouldContain("its owner lets tasks in only at");
    }

    [Fact]
    public async Task Task_AsksForALabelAndPlace_RunsOnTheMachineThatHasThem()
    {
        await using var house = await PoolHouse.StartAsync(Cancel);
        await house.AddAsync("attic", compute => compute with { Labels = new Dictionary<string, string> { ["room"] = "attic" }, Location = "home" });
        using var submitted = await house.Hub.Client.PostAsJsonAsync(
            "/api/v1/jobs", new { spec = "tasks:\n  - id: hello\n    command: [echo, hello]\n    needs: { labels: { room: attic }, location: home }\n" }, Cancel);
        submitted.EnsureSuccessStatusCode();

        var (state, tasks) = await house.EndAsync((await submitted.Content.ReadFromJsonAsync<JsonElement>(Cancel)).GetProperty("id").GetString()!);

        state.ShouldBe("succeeded");
        tasks[0].GetProperty("node").GetString().ShouldBe("attic");
    }

    [Fact]
    public async Task Readings_OfAMachine_AreShownByTheApi()
    {
        using var root = new TemporaryFolder();
        Directory.CreateDirectory(Path.Combine(root.Path, "proc"));
        await File.WriteAllTextAsync(Path.Combine(root.Path, "proc", "meminfo"), "MemTotal:        8000 kB\nMemAvailable:    6000 kB\n", Cancel);
        await using var house = await PoolHouse.StartAsync(Cancel, nodes: 0);
        await house.AddAsync("attic", machineRoot: root.Path);

        await Eventually.TrueAsync(
            async () => (await house.Hub.Client.GetFromJsonAsync<JsonElement>("/api/v1/nodes/attic", Cancel)).TryGetProperty("readings", out var read)
                && read.ValueKind == JsonValueKind.Object && read.GetProperty("memory_used_bytes").GetInt64() == 2000 * 1024,
            Cancel);
    }
}
