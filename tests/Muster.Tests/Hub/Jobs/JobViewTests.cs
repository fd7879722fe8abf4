using System.Net.Http.Json;
using System.Text.Json;
using Muster.Hub.Jobs;
using Muster.Testing;
using Shouldly;
using Xunit;

namespace Muster.Tests.Hub.Jobs;

/// <summary>What people are told of their jobs is how these are.</summary>
public sealed class JobViewTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Step_BehindOneThatFailed_IsSkippedEverywhereWhileTheJobGoesOn()
    {
        await using var house = await PoolHouse.StartAsync(Cancel);
        var job = await house.SubmitAsync(new JobPlan
        {
            Name = "test",
            Steps =
            [
                new StepPlan { Id = "a", Command = ["false"], TimeoutSeconds = 60 },
                new StepPlan { Id = "b", Command = ["true"], TimeoutSeconds = 60, After = [0] },
                new StepPlan { Id = "c", Command = ["sleep", "60"], TimeoutSeconds = 90 },
            ],
        });

        await Eventually.TrueAsync(async () => (await JobAsync()).GetProperty("counts").GetProperty("skipped").GetInt32() == 1, Cancel);

        (await JobAsync()).GetProperty("steps")[1].GetProperty("counts").GetProperty("skipped").GetInt32().ShouldBe(1);
        (await TasksAsync())[1].GetProperty("state").GetString().ShouldBe("skipped");
        (await GetAsync($"/api/v1/tasks/{(await TasksAsync())[1].GetProperty("id").GetString()}")).GetProperty("task").GetProperty("state").GetString().ShouldBe("skipped");
        (await GetAsync($"/api/v1/jobs/{(await TasksAsync())[1].GetProperty("id").GetString()}/why")).GetProperty("summary").GetString().ShouldBe("b is skipped, because something before it went wrong.");

        using var cancelled = await house.Hub.Client.PostAsync($"/api/v1/jobs/{job}/cancel", null, Cancel);
        cancelled.EnsureSuccessStatusCode();
        (await TasksAsync()).Select(task => task.GetProperty("state").GetString()).ShouldBe(["failed", "skipped", "cancelled"]);

        Task<JsonElement> GetAsync(string path) => house.Hub.Client.GetFromJsonAsync<JsonElement>(path, Cancel);
        Task<JsonElement> JobAsync() => GetAsync($"/api/v1/jobs/{job}");
        async Task<IReadOnlyList<JsonElement>> TasksAsync() => [.. (await GetAsync($"/api/v1/jobs/{job}/tasks")).GetProperty("items").EnumerateArray()];
    }

    [Fact]
    public async Task Why_OfWhatCannotRun_SaysWhatIsMissing()
    {
        await using var house = await PoolHouse.StartAsync(Cancel);
        var gang = await house.SubmitAsync(Plan(new StepPlan { Id = "gang", Command = ["true"], TimeoutSeconds = 60, Gang = true, Count = 2 }));
        var copies = await house.SubmitAsync(Plan(new StepPlan { Id = "copies", Command = ["true"], TimeoutSeconds = 60, Copies = 2 }));
        var open = await house.SubmitAsync(Plan(new StepPlan { Id = "open", Command = ["true"], TimeoutSeconds = 60, Needs = new NeedsPlan { Network = ["*"] } }));

        (await WhyAsync(gang)).ShouldBe("It needs 2 machines at once, and 1 that is online could take it.");
        await Eventually.TrueAsync(async () => await WhyAsync(copies) == "It needs 2 machines that come to the same result, each its own or of another owner, and 1 that is online could take it.", Cancel);
        (await WhyAsync(open)).ShouldBe("No machine that is online can take it.");
        (await house.EndAsync(await house.RunAsync("true"))).State.ShouldBe("succeeded", "what needs one machine does not wait for what needs two");

        async Task<string?> WhyAsync(string job) => (await house.Hub.Client.GetFromJsonAsync<JsonElement>($"/api/v1/jobs/{job}/why", Cancel)).GetProperty("summary").GetString();
    }

    [Fact]
    public async Task Why_OfAJobThatRuns_SaysWhere()
    {
        await using var house = await PoolHouse.StartAsync(Cancel);
        var job = await house.RunAsync("sleep", "60");

        await Eventually.TrueAsync(
            async () => (await house.Hub.Client.GetFromJsonAsync<JsonElement>($"/api/v1/jobs/{job}/why", Cancel)).GetProperty("summary").GetString() == "Nothing of main waits: it runs on node0.", Cancel);
    }

    private static JobPlan Plan(StepPlan step) => new() { Name = step.Id, Steps = [step] };
}
