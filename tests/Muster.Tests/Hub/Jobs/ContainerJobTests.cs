using System.Net.Http.Json;
using System.Runtime.Versioning;
using System.Text.Json;
using Muster.Testing;
using Muster.Testing.Engines;
using Xunit;

namespace Muster.Tests.Hub.Jobs;

/// <summary>A job of containers through the hub's and the node's own doors, with a real engine.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class ContainerJobTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("docker")]
    [InlineData("podman")]
    public async Task Container_OfASpec_GivesItsOutputAndExitCode(string kind)
    {
        var engine = await EngineAsync(kind);
        await using var house = await PoolHouse.StartAsync(Cancel, nodes: 0);
        await house.AddAsync("machine", options => options with { EngineSocket = engine.Socket });
        using var answer = await house.Hub.Client.PostAsJsonAsync("/api/v1/jobs", new { spec = Spec }, Cancel);
        var job = (await answer.Content.ReadFromJsonAsync<JsonElement>(Cancel)).GetProperty("id").GetString()!;

        var (state, tasks) = await house.EndAsync(job);

        Assert.True(state == "failed", string.Join('\n', tasks));
        Assert.Equal([0, 7], tasks.Select(task => task.GetProperty("exit_code").GetInt32()));
        Assert.Equal("out.txt", tasks[0].GetProperty("history")[0].GetProperty("outputs")[0].GetProperty("path").GetString());
        Assert.True(tasks[0].GetProperty("history")[0].GetProperty("usage").GetProperty("peak_memory_bytes").GetInt64() > 0);
        var log = await house.Hub.Client.GetStringAsync($"/api/v1/jobs/{job}/logs", Cancel);
        Assert.True(log.Contains(Convert.ToBase64String("said 65534\n"u8), StringComparison.Ordinal), log);
    }

    [Fact]
    public async Task Container_WithoutAnEngine_WaitsAndSaysWhy()
    {
        await using var house = await PoolHouse.StartAsync(Cancel, nodes: 0);
        await house.AddAsync("machine", options => options with { EngineSocket = "/nowhere/engine.sock" });
        using var answer = await house.Hub.Client.PostAsJsonAsync("/api/v1/jobs", new { spec = Spec }, Cancel);
        var job = (await answer.Content.ReadFromJsonAsync<JsonElement>(Cancel)).GetProperty("id").GetString()!;

        await Eventually.TrueAsync(
            async () => (await house.Hub.Client.GetStringAsync($"/api/v1/jobs/{job}/why", Cancel)).Contains("it does not run container tasks", StringComparison.Ordinal), Cancel);
    }

    private const string Spec =
        $$"""
        name: contained
        tasks:
          - id: good
            image: {{ContainerEngine.Busybox}}
            pull: never
            command: ["/bin/sh", "-c", "echo said $(id -u); echo $WORD > out.txt"]
            env: { WORD: written }
            outputs: [out.txt]
          - id: bad
            runtime: container
            image: {{ContainerEngine.Busybox}}
            command: ["/bin/sh", "-c", "exit 7"]
        """;

    private static async Task<ContainerEngine> EngineAsync(string kind)
    {
        if (ContainerEngine.Missing(kind) is { } missing)
        {
            Assert.SkipUnless(Environment.GetEnvironmentVariable("CI") == "true", missing);
            Assert.Fail(missing);
        }

        return await ContainerEngine.SharedAsync(kind);
    }
}
