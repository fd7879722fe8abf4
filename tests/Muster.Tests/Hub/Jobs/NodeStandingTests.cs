using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;
using Muster.Hub.Jobs.Speed;
using Muster.Protocol.Link;
using Muster.Testing;
using Shouldly;
using Xunit;

namespace Muster.Tests.Hub.Jobs;

/// <summary>What the hub settles about machines, and what the pool makes of it.</summary>
public sealed class NodeStandingTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("cordoned", "it is cordoned", "node.cordon")]
    [InlineData("draining", "it is drained", "node.drain")]
    public async Task Gate_Closed_KeepsNewTasksOutUntilItIsOpenedAgain(string gate, string why, string action)
    {
        await using var house = await PoolHouse.StartAsync(Cancel);
        var running = await house.RunAsync("sh", "-c", "while [ ! -e go ]; do sleep 0.1; done");
        await Eventually.TrueAsync(async () => (await PoolAsync(house)).GetProperty("running").GetInt32() == 1, Cancel);

        (await PutAsync(house, "gate", new { gate })).GetProperty("gate").GetString().ShouldBe(gate);
        var job = await house.RunAsync("echo", "hello");
        (await house.Hub.Client.GetStringAsync($"/api/v1/jobs/{job}/why", Cancel)).ShouldContain(why);
        (await PoolAsync(house)).GetProperty("running").GetInt32().ShouldBe(1); // what runs goes on
        using var cancelled = await house.Hub.Client.PostAsJsonAsync($"/api/v1/jobs/{running}/cancel", new { }, Cancel);
        await PutAsync(house, "gate", new { gate = "open" });

        (await house.EndAsync(job)).State.ShouldBe("succeeded");
        (await house.Hub.Client.GetStringAsync("/api/v1/audit", Cancel)).ShouldContain(action);
    }

    [Fact]
    public async Task Trust_Suspended_KeepsAllTasksOutUntilAnAdminLiftsIt()
    {
        await using var house = await PoolHouse.StartAsync(Cancel);
        (await PoolAsync(house)).GetProperty("trust").GetString().ShouldBe("new");

        (await PutAsync(house, "trust", new { level = "suspended" })).GetProperty("why").GetString()!.ShouldContain("suspended");
        var job = await house.RunAsync("echo", "hello");
        (await house.Hub.Client.GetStringAsync($"/api/v1/jobs/{job}/why", Cancel)).ShouldContain("it is suspended");
        await PutAsync(house, "trust", new { level = "new" });

        (await house.EndAsync(job)).State.ShouldBe("succeeded");
        (await house.Hub.Client.GetStringAsync("/api/v1/audit", Cancel)).ShouldContain("node.trust");
    }

    [Fact]
    public async Task Trust_UnknownLevel_IsRefusedWithTheLevelsThereAre()
    {
        await using var house = await PoolHouse.StartAsync(Cancel);
        using var answer = await house.Hub.Client.PutAsJsonAsync("/api/v1/nodes/node0/trust", new { level = "blind" }, Cancel);

        ((int)answer.StatusCode).ShouldBe(422);
        (await answer.Content.ReadAsStringAsync(Cancel)).ShouldContain("probation");
    }

    [Fact]
    public async Task Score_IdleMachine_IsMeasuredAndLetsItTakeTasksThatAskForOne()
    {
        await using var house = await PoolHouse.StartAsync(Cancel);
        using var submitted = await house.Hub.Client.PostAsJsonAsync(
            "/api/v1/jobs", new { spec = "tasks:\n  - id: hello\n    command: [echo, hello]\n    needs: { cpu_score: 1 }\n" }, Cancel);
        submitted.EnsureSuccessStatusCode();
        var job = (await submitted.Content.ReadFromJsonAsync<JsonElement>(Cancel)).GetProperty("id").GetString()!;

        (await house.EndAsync(job)).State.ShouldBe("succeeded");
        var pool = await PoolAsync(house);
        pool.GetProperty("cpu_score").GetDouble().ShouldBeGreaterThanOrEqualTo(1);
        pool.GetProperty("measured_at").ValueKind.ShouldBe(JsonValueKind.String);
    }

    [Fact]
    public void Measure_AnswerOfOneWhoDidTheWork_IsRight()
    {
        var order = SpeedOrder.New(lanes: 2, steps: 50);

        order.IsRight(Work(order)).ShouldBeTrue();
        order.Score(TimeSpan.FromSeconds(1)).ShouldBe(Math.Round(2 * 32 * 50 / 3000.0));
    }

    [Fact]
    public void Measure_AnswerWithoutTheWork_IsWrong()
    {
        var order = SpeedOrder.New(lanes: 2, steps: 50);

        order.IsRight(RandomNumberGenerator.GetBytes(2 * 32 * 32)).ShouldBeFalse();
        order.IsRight(Work(order).AsSpan(32)).ShouldBeFalse(); // too short
        order.IsRight(Work(SpeedOrder.New(2, 50))).ShouldBeFalse(); // of another seed
        order.IsRight(Work(order with { Steps = 49 })).ShouldBeFalse(); // less work
    }

    private static byte[] Work(SpeedOrder order)
    {
        var checkpoints = new List<byte>();
        for (var lane = 0; lane < order.Lanes; lane++)
        {
            byte[] hash = [];
            for (var segment = 0; segment < SpeedOrder.Segments; segment++)
            {
                checkpoints.AddRange(hash = SpeedWork.Walk(SpeedWork.Begin(order.Seed, lane, segment, hash), order.Steps));
            }
        }

        return [.. checkpoints];
    }

    private static Task<JsonElement> PoolAsync(PoolHouse house) => house.Hub.Client.GetFromJsonAsync<JsonElement>("/api/v1/nodes/node0/pool", Cancel);

    private static async Task<JsonElement> PutAsync(PoolHouse house, string what, object body)
    {
        using var answer = await house.Hub.Client.PutAsJsonAsync($"/api/v1/nodes/node0/{what}", body, Cancel);
        answer.IsSuccessStatusCode.ShouldBeTrue(await answer.Content.ReadAsStringAsync(Cancel));
        return await answer.Content.ReadFromJsonAsync<JsonElement>(Cancel);
    }
}
