using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Muster.Client;
using Muster.Hub.Jobs;
using Muster.Testing;
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
    public async Task Task_ThatMakesFoldersDeeperThanAPathCanSay_KeepsItsResultAndIsClearedAway()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/python3"), "There is no python3 here.");
        await using var house = await PoolHouse.StartAsync(Cancel);
        var step = new StepPlan
        {
            Id = "main", Outputs = ["answer"], TimeoutSeconds = 60,
            Command = ["/usr/bin/python3", "-c", "import os\nopen('answer', 'w').write('42')\nfor i in range(30):\n    os.mkdir('d' * 250)\n    os.chdir('d' * 250)"],
        };

        var (state, tasks) = await house.EndAsync(await house.SubmitAsync(new JobPlan { Name = "deep", Steps = [step] }));

        Assert.True(state == "succeeded", string.Join('\n', tasks));
        Assert.Equal(1, tasks[0].GetProperty("attempts").GetInt32());
        await Eventually.TrueAsync(() => !Directory.EnumerateFileSystemEntries(Path.Combine(house.HomeOf("node0"), "attempts")).Any(), Cancel);
    }

    [Fact]
    public async Task Node_ThatStops_LeavesNoControlGroups()
    {
        IReadOnlyList<string> groups;
        await using (var house = await PoolHouse.StartAsync(Cancel))
        {
            Assert.Equal("succeeded", (await house.EndAsync(await house.RunAsync("true"))).State);
            groups = await File.ReadAllLinesAsync(Path.Combine(house.HomeOf("node0"), "sandbox", "cgroups"), Cancel);
            Assert.All(groups, group => Assert.True(Directory.Exists(group), group));
        }

        Assert.NotEmpty(groups);
        Assert.All(groups, group => Assert.False(Directory.Exists(group), group));
    }

    [Fact]
    public async Task Array_WithInputsAndAStepAfterIt_HandsFilesOn()
    {
        await using var house = await PoolHouse.StartAsync(Cancel);
        using var client = new MusterClient(new Uri(house.Hub.Hub.Urls[0]), house.Hub.Hub.Local.Token);
        var scene = await client.Artifacts.UploadAsync(new MemoryStream("scene "u8.ToArray()), cancellationToken: Cancel);
        using var answer = await house.Hub.Client.PostAsJsonAsync("/api/v1/jobs", new { spec = Spec(scene.Sha256) }, Cancel);
        var job = (await answer.Content.ReadFromJsonAsync<JsonElement>(Cancel)).GetProperty("id").GetString()!;

        var (state, tasks) = await house.EndAsync(job);

        Assert.True(state == "succeeded", string.Join('\n', tasks));
        var film = tasks[^1].GetProperty("history")[0].GetProperty("outputs")[0];
        Assert.Equal("film.txt", film.GetProperty("path").GetString());
        using var content = new MemoryStream();
        await client.Artifacts.DownloadAsync(film.GetProperty("sha256").GetString()!, content, cancellationToken: Cancel);
        Assert.Equal("scene 4scene 5scene 6", Encoding.UTF8.GetString(content.ToArray()));

        static string Spec(string sha256) =>
            $$"""
            name: film
            tasks:
              - id: frame
                array: 4..6
                command: ["sh", "-c", "{ cat in_${index}; printf ${index}; } > frame_${index}"]
                inputs: { "in_${index}": "sha256:{{sha256}}" }
                outputs: ["frame_*"]
              - id: film
                after: [frame]
                inputs: { frames/: { from: frame } }
                command: ["sh", "-c", "cat frames/* > film.txt"]
                outputs: [film.txt]
            """;
    }

    [Fact]
    public async Task Retry_OfAFailedJob_KeepsWhatSucceeded()
    {
        await using var house = await PoolHouse.StartAsync(Cancel);
        var job = await house.SubmitAsync(new JobPlan
        {
            Name = "test",
            Steps =
            [
                new StepPlan { Id = "good", Command = ["true"], TimeoutSeconds = 60 },
                new StepPlan { Id = "bad", Command = ["sh", "-c", "exit $((2 - MUSTER_ATTEMPT))"], TimeoutSeconds = 60 },
                new StepPlan { Id = "after", Command = ["true"], After = [1], TimeoutSeconds = 60 },
            ],
        });
        Assert.Equal("failed", (await house.EndAsync(job)).State);
        using var again = await house.Hub.Client.PostAsync($"/api/v1/jobs/{job}/retry", null, Cancel);
        again.EnsureSuccessStatusCode();

        var (state, tasks) = await house.EndAsync(job);

        Assert.Equal("succeeded", state);
        Assert.Equal([1, 2, 1], tasks.Select(task => task.GetProperty("attempts").GetInt32()));
    }

    [Fact]
    public async Task Cancel_OfARunningTask_EndsIt()
    {
        await using var house = await PoolHouse.StartAsync(Cancel);
        var job = await house.RunAsync("sleep", "600");
        await Eventually.TrueAsync(
            async () => (await house.Hub.Client.GetFromJsonAsync<JsonElement>($"/api/v1/jobs/{job}", Cancel)).GetProperty("counts").GetProperty("running").GetInt32() == 1, Cancel);
        using var cancelled = await house.Hub.Client.PostAsJsonAsync($"/api/v1/jobs/{job}/cancel", new { reason = "no longer wanted" }, Cancel);
        cancelled.EnsureSuccessStatusCode();

        var (state, tasks) = await house.EndAsync(job);

        Assert.Equal("cancelled", state);
        Assert.Equal("no longer wanted", tasks[0].GetProperty("reason").GetString());
        await Eventually.TrueAsync(() => house.Loop.AskAsync((pool, _) => pool.Jobs.Count == 0 && pool.Nodes.Values.All(node => node.SlotsUsed == 0)), Cancel);
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
