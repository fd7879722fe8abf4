using System.Net.Http.Json;
using System.Text.Json;
using Muster.Hub.Artifacts;
using Muster.Hub.Jobs;
using Muster.Testing;
using Muster.Testing.Hub;
using Shouldly;
using Xunit;

namespace Muster.Tests.Hub.Jobs;

/// <summary>A hub whose database lies on a disk of 24 MiB.</summary>
public sealed class FullDiskTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Job_GivenWhileTheDiskIsFull_IsRefusedAtOnceAndTakenInLater()
    {
        using var home = new TemporaryFolder();
        using var disk = SmallDisk.Mount(home.Path, 24);
        Assert.SkipWhen(disk is null, "A small disk cannot be mounted here (needs root)");
        await using var house = PoolHouse.At(await HubApplication.StartAsync(home.Path, options => options with { Artifacts = new ArtifactOptions { KeepFree = 0 } }, HubEngine.Sqlite), Cancel);
        await house.AddAsync("node0");
        disk.Fill();

        var (key, refusal) = await UntilRefusedAsync(house.Hub.Client);
        refusal.GetProperty("code").GetString().ShouldBe("storage");
        refusal.GetProperty("detail").GetString()!.ShouldContain("is full: free some space");

        disk.Free();
        JsonElement job = default;
        await Eventually.TrueAsync(async () => (job = await SubmitAsync(house.Hub.Client, key)).TryGetProperty("id", out _), Cancel);
        (await house.EndAsync(job.GetProperty("id").GetString()!)).State.ShouldBe("succeeded");
        (await SubmitAsync(house.Hub.Client, key)).GetProperty("id").GetString().ShouldBe(job.GetProperty("id").GetString());
    }

    [Fact]
    public async Task Result_ThatTheHubHasNoRoomFor_WaitsForIt()
    {
        using var home = new TemporaryFolder();
        using var disk = SmallDisk.Mount(home.Path, 24);
        Assert.SkipWhen(disk is null, "A small disk cannot be mounted here (needs root)");
        var hub = await HubApplication.StartAsync(home.Path, options => options with { Artifacts = new ArtifactOptions { KeepFree = 2 << 20 } }, HubEngine.Sqlite);
        await using var house = PoolHouse.At(hub, Cancel);
        await house.AddAsync("node0");
        disk.Fill(leave: 1 << 20);

        var job = await house.SubmitAsync(new JobPlan
        {
            Name = "kept", Steps = [new StepPlan { Id = "main", Command = ["sh", "-c", "seq 1 20000 > out.txt"], Outputs = ["out.txt"], TimeoutSeconds = 60 }],
        });
        var early = await house.Hub.Client.GetFromJsonAsync<JsonElement>($"/api/v1/jobs/{job}/results?wait=3", Cancel);
        early.GetProperty("state").GetString().ShouldBe("running");

        disk.Free();
        var (state, tasks) = await house.EndAsync(job);
        (state, tasks[0].GetProperty("attempts").GetInt32()).ShouldBe(("succeeded", 1));
    }

    /// <summary>The log has some pages to spare, so the full disk may show only after a few jobs.</summary>
    private static async Task<(string Key, JsonElement Refusal)> UntilRefusedAsync(HttpClient client)
    {
        for (var i = 0; i < 500; i++)
        {
            var answer = await SubmitAsync(client, $"key-{i}");
            if (!answer.TryGetProperty("id", out _))
            {
                return ($"key-{i}", answer);
            }
        }

        throw new InvalidOperationException("The disk never was full.");
    }

    private static async Task<JsonElement> SubmitAsync(HttpClient client, string key)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        limit.CancelAfter(TimeSpan.FromSeconds(60)); // it is answered in half a second or so
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/jobs")
        {
            Content = JsonContent.Create(new { spec = $"name: full\ntasks:\n  - id: hello\n    command: [echo, \"{new string('x', 20_000)}\"]\n" }),
        };
        request.Headers.Add("Idempotency-Key", key);
        using var answer = await client.SendAsync(request, limit.Token);
        return await answer.Content.ReadFromJsonAsync<JsonElement>(limit.Token);
    }
}
