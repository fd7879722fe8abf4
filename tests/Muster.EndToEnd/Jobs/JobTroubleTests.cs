using Muster.Client.Jobs;
using Shouldly;
using Xunit;

namespace Muster.EndToEnd.Jobs;

/// <summary>Files that are gone, and disks that are full, under the pool's work.</summary>
public sealed class JobTroubleTests : PoolTroubleTest
{
    [Theory(Timeout = Patience)]
    [InlineData(false, "is gone")]
    [InlineData(true, "damaged")]
    public async Task Input_ThatTheHubLost_FailsTheTaskWithAWord(bool damaged, string word)
    {
        await using var household = Household.WithoutModel();
        await household.HubAsync();
        using var client = household.Client();
        var input = Path.Combine(household.Home, "input.bin");
        await File.WriteAllBytesAsync(input, Enumerable.Repeat((byte)7, 200_000).ToArray(), Cancel);
        var job = await client.Jobs.SubmitAsync(
            "tasks: [{command: [cat, input.bin], inputs: {input.bin: ./input.bin}, retries: 0}]", new SubmitOptions { Folder = household.Home }, Cancel);
        var stored = Directory.EnumerateFiles(Path.Combine(household.Home, "artifacts"), "*", SearchOption.AllDirectories).Single(file => new FileInfo(file).Length == 200_000);
        if (damaged)
        {
            await File.WriteAllBytesAsync(stored, new byte[200_000], Cancel);
        }
        else
        {
            File.Delete(stored);
        }

        await household.NodeAsync("nas");

        (await client.Jobs.WaitAsync(job.Id, Cancel)).State.ShouldBe("failed");
        (await TasksAsync(client, job.Id))[0].Reason!.ShouldContain(word);
        (await household.RunAsync("run", "--", "echo", "well")).Output.ShouldContain("well");
    }

    [Fact(Timeout = Patience)]
    public async Task Node_WhoseDiskIsFull_FailsTheTaskAndGoesOn()
    {
        await using var household = Household.WithoutModel();
        await household.HubAsync();
        var home = household.HomeOf("nas");
        Assert.SkipUnless(await RunAsync("mount", "-t", "tmpfs", "-o", "size=128m", "tmpfs", home), "Mounting a small disk needs root.");
        try
        {
            await household.NodeAsync("nas");
            await household.OnlineAsync(1);
            using var client = household.Client();
            // An output as large as the disk: what the task may write, and the node may not keep.
            var job = await client.Jobs.SubmitAsync(
                "tasks: [{command: [sh, -c, 'head -c 50000000 /dev/zero > a; head -c 50000000 /dev/zero > b'], outputs: [\"?\"], needs: {disk: 48MiB}, retries: 0}]", cancellationToken: Cancel);

            (await client.Jobs.WaitAsync(job.Id, Cancel)).State.ShouldBe("failed");

            (await household.RunAsync("run", "--disk", "1MiB", "--", "echo", "well")).Output.ShouldContain("well");
        }
        finally
        {
            await RunAsync("umount", "-l", home);
        }
    }
}
