using Muster.Node.Background;
using Muster.Testing;
using Shouldly;
using Xunit;

namespace Muster.Tests.Node.Background;

/// <summary>Background tasks whose node or hub goes down: each goes on or is told, and none twice.</summary>
public sealed class BackgroundTroubleTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Node_RestartedMeanwhile_TellsThatItWasInterruptedWithItsOutputSoFar()
    {
        await using var bench = await BackgroundBench.StartAsync(Cancel);
        var id = await RunningAsync(bench);

        await bench.NodeDownAsync();
        await bench.NodeUpAsync();

        (await bench.NoticeAsync($"❌ Task #{id} interrupted (")).ShouldEndWith($"nas was restarted while it ran.\n{BackgroundBench.Waits}\nbegun");
        await bench.InStateAsync("failed");
        (await bench.CountAsync("❌ Task #")).ShouldBe(1);
    }

    [Fact]
    public async Task Hub_RestartedMeanwhile_IsToldTheEndOnce()
    {
        await using var bench = await BackgroundBench.StartAsync(Cancel);
        var id = await RunningAsync(bench);

        await bench.HubDownAsync();
        await bench.HubUpAsync();
        await bench.InStateAsync("running");
        bench.Go();

        (await bench.NoticeAsync($"✅ Task #{id} done (")).ShouldEndWith("begun\nover");
        await bench.InStateAsync("succeeded");
        (await bench.CountAsync("✅ Task #")).ShouldBe(1);
    }

    [Fact]
    public async Task Hub_RestartedMeanwhile_CanStillCancelIt()
    {
        await using var bench = await BackgroundBench.StartAsync(Cancel);
        var id = await RunningAsync(bench);

        await bench.HubDownAsync();
        await bench.HubUpAsync();
        using var answer = await bench.Hub.Client.PostAsync($"/api/v1/conversations/{bench.Conversation}/stop", null, Cancel);

        answer.EnsureSuccessStatusCode();
        await bench.NoticeAsync($"⏹ Task #{id} stopped (");
    }

    [Theory]
    [InlineData("echo begun; until [ -e go ]; do sleep 0.05; done; echo over")]
    [InlineData("echo begun; until [ -e go ]; do sleep 0.05; done; seq 1 20000")]
    public async Task End_WhileTheHubIsAway_IsToldWhenItIsBack(string command)
    {
        await using var bench = await BackgroundBench.StartAsync(Cancel);
        var id = await bench.StartAsync(command);
        await bench.Hub.UntilAsync(bench.Conversation, "agent_end", Cancel);
        await bench.InStateAsync("running");

        await bench.HubDownAsync();
        bench.Go();
        await Eventually.TrueAsync(() => bench.Background == 0 || command.Contains("seq", StringComparison.Ordinal), Cancel);
        await bench.HubUpAsync();

        await bench.NoticeAsync($"✅ Task #{id} done (");
        await bench.InStateAsync("succeeded");
        (await bench.CountAsync("✅ Task #")).ShouldBe(1);
    }

    [Fact]
    public async Task Start_WhileTheHubIsAway_IsTakenInAndToldWhenItIsBack()
    {
        await using var bench = await BackgroundBench.StartAsync(Cancel);
        var held = new TaskCompletionSource();
        bench.Model.Then(new Muster.Testing.Models.ScriptedAnswer().Text("Soon.").WaitFor(held.Task).Call("run_background", """{"command":"echo alone"}""")).Says("Fine.");
        await bench.SayAsync("go");
        await bench.Model.NextRequestAsync(Cancel);

        await bench.HubDownAsync();
        held.SetResult();
        var id = BackgroundBench.IdIn(await bench.ResultAsync());
        await Eventually.TrueAsync(() => bench.Background == 0, Cancel);
        await bench.HubUpAsync();

        (await bench.NoticeAsync($"✅ Task #{id} done (")).ShouldEndWith("\necho alone\nalone");
        await bench.InStateAsync("succeeded");
    }

    [Fact]
    public async Task Both_RestartedMeanwhile_TellItOnce()
    {
        await using var bench = await BackgroundBench.StartAsync(Cancel);
        var id = await RunningAsync(bench);

        await bench.HubDownAsync();
        await bench.NodeDownAsync();
        await bench.HubUpAsync(linked: false);
        await bench.NodeUpAsync();

        await bench.NoticeAsync($"❌ Task #{id} interrupted (");
        await bench.InStateAsync("failed");
        (await bench.CountAsync("❌ Task #")).ShouldBe(1);
    }

    private static async Task<string> RunningAsync(BackgroundBench bench)
    {
        var id = await bench.StartAsync(BackgroundBench.Waits);
        await bench.Hub.UntilAsync(bench.Conversation, "agent_end", Cancel);
        await bench.InStateAsync("running");
        await bench.PrintedAsync("begun");
        return id;
    }
}
