using Xunit;

namespace Muster.Tests.Hub.Jobs;

public sealed class ProcessJobTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Command_InASandbox_GivesItsExitCode()
    {
        await using var house = await PoolHouse.StartAsync(Cancel);

        var (state, tasks) = await house.EndAsync(await house.RunAsync("sh", "-c", "echo $MUSTER_INDEX; exit 7"));

        Assert.Equal("failed", state);
        Assert.Equal(7, tasks[0].GetProperty("exit_code").GetInt32());
        Assert.Equal("It ended with exit code 7.", tasks[0].GetProperty("reason").GetString());
        Assert.Equal("node0", tasks[0].GetProperty("node").GetString());
    }

    [Fact]
    public async Task Command_ThatEndsWell_SucceedsWithUsage()
    {
        await using var house = await PoolHouse.StartAsync(Cancel);

        var (state, tasks) = await house.EndAsync(await house.RunAsync("python3", "-c", "print(6*7)"));

        Assert.Equal("succeeded", state);
        Assert.True(tasks[0].GetProperty("history")[0].GetProperty("usage").GetProperty("wall_seconds").GetDouble() > 0);
    }
}
