using Microsoft.Extensions.DependencyInjection;
using Muster.Client;
using Muster.Hub.Jobs;
using Muster.Protocol.Transfers;
using Muster.Storage;
using Muster.Testing;
using Shouldly;
using Xunit;

namespace Muster.Tests.Hub.Jobs;

/// <summary>What the pool makes of the files of its tasks.</summary>
public sealed class JobFileTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Output_ThatNeverCame_IsNotBelievedAndTheTaskRunsAgain()
    {
        await using var house = await PoolHouse.StartAsync(Cancel, nodes: 2);
        await LoseAsync(house, "attempt:%/1");

        var (state, tasks) = await house.EndAsync(await house.SubmitAsync(Writing("date > out.txt")));

        state.ShouldBe("succeeded");
        var history = tasks[0].GetProperty("history");
        history.GetArrayLength().ShouldBe(2);
        history[0].ToString().ShouldContain("did not arrive at the hub: out.txt.");
        history[1].GetProperty("outputs")[0].GetProperty("path").GetString().ShouldBe("out.txt");
        history[0].GetProperty("node").GetString().ShouldNotBe(history[1].GetProperty("node").GetString());
    }

    [Fact]
    public async Task Output_ThatNeverComes_FailsTheTaskInTheEnd()
    {
        await using var house = await PoolHouse.StartAsync(Cancel);
        await LoseAsync(house, "attempt:%");

        var (state, tasks) = await house.EndAsync(await house.SubmitAsync(Writing("date > out.txt")));

        state.ShouldBe("failed");
        tasks[0].GetProperty("reason").GetString().ShouldBe("Its machine named a file that did not arrive at the hub: out.txt.");
    }

    [Fact]
    public async Task Outputs_OfATaskThatFailed_AreKept()
    {
        await using var house = await PoolHouse.StartAsync(Cancel);
        var step = new StepPlan { Id = "main", Command = ["sh", "-c", "echo log > build.log; exit 2"], Outputs = ["build.log", "missing.txt"], TimeoutSeconds = 60 };

        var (state, tasks) = await house.EndAsync(await house.SubmitAsync(new JobPlan { Name = "test", Steps = [step] }));

        state.ShouldBe("failed");
        tasks[0].GetProperty("reason").GetString().ShouldBe("It ended with exit code 2.");
        tasks[0].GetProperty("history")[0].GetProperty("outputs").EnumerateArray().Select(output => output.GetProperty("path").GetString()).ShouldBe(["build.log"]);
    }

    [Fact]
    public async Task Inputs_BeyondTheDiskThatWasAskedFor_FailTheTask()
    {
        await using var house = await PoolHouse.StartAsync(Cancel);
        using var client = new MusterClient(new Uri(house.Hub.Hub.Urls[0]), house.Hub.Hub.Local.Token);
        var big = await client.Artifacts.UploadAsync(new MemoryStream(new byte[2 << 20]), cancellationToken: Cancel);
        var step = new StepPlan
        {
            Id = "main", Command = ["true"], TimeoutSeconds = 60, Inputs = [new InputPlan("big", big.Sha256, big.Size, null)], Needs = new NeedsPlan { DiskBytes = 1 << 20 },
        };

        var (state, tasks) = await house.EndAsync(await house.SubmitAsync(new JobPlan { Name = "test", Steps = [step] }));

        state.ShouldBe("failed");
        tasks[0].GetProperty("reason").GetString().ShouldNotBeNull().ShouldContain("1048576 bytes of disk");
    }

    /// <summary>Offers are repeated every ten seconds anyway: seven times in a row that takes a minute.</summary>
    [Fact]
    public async Task CachedInput_IsKnownToPlacementSoon()
    {
        await using var house = await PoolHouse.StartAsync(Cancel);
        using var client = new MusterClient(new Uri(house.Hub.Hub.Urls[0]), house.Hub.Hub.Local.Token);
        var began = TimeProvider.System.GetTimestamp();
        for (var seed = 0; seed < 7; seed++)
        {
            var file = await client.Artifacts.UploadAsync(new MemoryStream([1, (byte)seed]), cancellationToken: Cancel);
            var step = new StepPlan { Id = "main", Command = ["true"], TimeoutSeconds = 60, Inputs = [new InputPlan("in", file.Sha256, file.Size, null)] };
            await house.EndAsync(await house.SubmitAsync(new JobPlan { Name = "test", Steps = [step] }));
            await Eventually.TrueAsync(
                () => house.Loop.AskAsync((state, _) => state.Nodes.Values.Any(node => node.Data.Contains(ContentHash.Parse(file.Sha256).Short)), Cancel), Cancel);
        }

        TimeProvider.System.GetElapsedTime(began).TotalSeconds.ShouldBeLessThan(60);
    }

    private static JobPlan Writing(string command) =>
        new() { Name = "test", Steps = [new StepPlan { Id = "main", Command = ["sh", "-c", command], TimeoutSeconds = 60, Outputs = ["out.txt"] }] };

    /// <summary>The hub loses what these attempts bring: as if it had never come.</summary>
    private static Task<int> LoseAsync(PoolHouse house, string holders)
    {
        Assert.SkipUnless(house.Hub.Options.Database is null, "Written in the dialect of SQLite");
        return house.Hub.Hub.Services.GetRequiredService<Database>().WriteAsync(
            tx => tx.Execute($"create trigger lose after insert on artifact_refs when new.holder like '{holders}' begin delete from artifact_refs where holder = new.holder; end"));
    }
}
