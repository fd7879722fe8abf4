using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Muster.Hub;
using Muster.Hub.Jobs;
using Muster.Hub.Jobs.Pool;
using Muster.Hub.Jobs.Probes;
using Muster.Hub.Jobs.Store;
using Muster.Protocol.Ids;
using Muster.Storage;
using Muster.Testing;
using Muster.Testing.Hub;
using Shouldly;
using Xunit;

namespace Muster.Tests.Hub.Jobs.Probes;

/// <summary>Tasks whose answer the hub knows: who gets them, and what comes of it.</summary>
public sealed class ProbeTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static Func<HubOptions, HubOptions> Often => options => options with
    {
        RequestsPerSecond = 100_000, Jobs = new JobOptions { ProbeEvery = TimeSpan.FromMilliseconds(100) },
    };

    public static TheoryData<int> Kinds => [.. Enumerable.Range(0, ProbeWork.Kinds.Count)];

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Work_DoneByAShell_GivesWhatTheHubComputed(int kind)
    {
        for (var time = 0; time < 3; time++)
        {
            using var folder = new TemporaryFolder();
            var work = ProbeWork.Kinds[kind]();

            using var shell = Process.Start(new ProcessStartInfo("sh", ["-c", work.Command]) { WorkingDirectory = folder.Path })!;
            await shell.WaitForExitAsync(Cancel);

            shell.ExitCode.ShouldBe(0, work.Command);
            (await File.ReadAllTextAsync(Path.Combine(folder.Path, work.File), Cancel)).ShouldBe(work.Content, work.Command);
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Work_WithoutItsPrograms_FailsAndAnswersNothing(int kind)
    {
        using var folder = new TemporaryFolder();
        var work = ProbeWork.Kinds[kind]();

        using var shell = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", $"PATH=/nowhere; {work.Command}"]) { WorkingDirectory = folder.Path, RedirectStandardError = true, UseShellExecute = false })!;
        await shell.WaitForExitAsync(Cancel);

        shell.ExitCode.ShouldBe(127, work.Command);
    }

    [Fact]
    public async Task Work_OfEveryKind_IsAnsweredRightlyByAMachine()
    {
        await using var house = await PoolHouse.StartAsync(Cancel);
        foreach (var kind in ProbeWork.Kinds)
        {
            var work = kind();

            var (state, tasks) = await house.EndAsync(await house.SubmitAsync(work.Plan("node0", house.Owner)));

            state.ShouldBe("succeeded", tasks[0].ToString());
            tasks[0].GetProperty("history")[0].GetProperty("outputs")[0].GetProperty("sha256").GetString().ShouldBe(work.Sha256, work.Command);
            (await PoolAsync(house, "node0")).ShouldBe(("new", 0));
        }
    }

    [Fact]
    public async Task Machine_ThatAnswersRightly_IsAskedAgainAndAgainAndGainsNothing()
    {
        await using var house = await PoolHouse.StartAsync(Cancel, nodes: 1, Often);
        using var bob = await house.MemberAsync("bob");
        using var carol = await house.MemberAsync("carol");
        await house.AddAsync("own", owner: carol);
        await house.AddAsync("pi", owner: bob);
        await AllowAsync(bob, "pi");

        await Eventually.TrueAsync(async () => (await AnsweredAsync(house)).Count(name => name == "pi") >= 2, Cancel);

        (await AnsweredAsync(house)).Distinct().ShouldBe(["pi"]); // not the hub owner's, and none that only its owner uses
        (await PoolAsync(house, "pi")).ShouldBe(("new", 0));
        foreach (var user in new[] { house.Hub.Client, bob })
        {
            (await user.GetFromJsonAsync<JsonElement>("/api/v1/jobs?all=true", Cancel)).GetProperty("items").GetArrayLength().ShouldBe(0);
            (await user.GetFromJsonAsync<JsonElement>("/api/v1/tasks", Cancel)).GetProperty("items").GetArrayLength().ShouldBe(0);
        }

        (await InboxAsync(house.Hub.Client)).ShouldNotContain(text => text.Contains("found wrong"));
    }

    [Fact]
    public async Task Machine_ThatAnswersWrongly_IsFoundAndTheAdminIsTold()
    {
        await using var house = await PoolHouse.StartAsync(Cancel, nodes: 0, Often);
        using var bob = await house.MemberAsync("bob");
        await using var liar = await LyingNode.StartAsync(await house.JoinAsync("liar", bob), Cancel);
        await AllowAsync(bob, "liar");

        await Eventually.TrueAsync(async () => (await PoolAsync(house, "liar")).Trust == "probation", Cancel);

        await Eventually.TrueAsync(async () => (await InboxAsync(house.Hub.Client)).Any(text => text.Contains("A result of \"liar\" was found wrong; its trust is probation", StringComparison.Ordinal)), Cancel);
        (await InboxAsync(bob)).ShouldNotContain(text => text.Contains("found wrong"));
    }

    [Fact]
    public async Task Job_OfTheHub_IsShownToNobodyAndLeavesNothing()
    {
        await using var house = await PoolHouse.StartAsync(Cancel, nodes: 0);
        var (id, probe) = (Id<Job>.New(TimeProvider.System), new ProbePlan("out", new string('0', 64), house.Owner.ToString()));
        var plan = new JobPlan { Name = "sum", DeadlineSeconds = 0.2, Probe = probe, Steps = [new StepPlan { Id = "task", Command = ["true"], Outputs = ["out"] }] };
        PlanJson.Read(PlanJson.Write(plan)).Probe.ShouldBe(probe);
        await house.Loop.ApplyAsync(new SubmitJob(new JobSubmission(id, ProbePlan.Owner, plan, 0, null)), cancel: Cancel);

        foreach (var path in new[] { $"jobs/{id}", $"jobs/{id.Short}", $"tasks/{TaskIds.Of(id, 0)}", $"jobs/{id}/why", $"jobs/{id}/receipt" })
        {
            using var answer = await house.Hub.Client.GetAsync($"/api/v1/{path}", Cancel);
            answer.StatusCode.ShouldBe(HttpStatusCode.NotFound, path);
        }

        (await CountAsync(house)).ShouldBe(1);
        await Eventually.TrueAsync(() => house.Loop.AskAsync((state, _) => state.Jobs.Count == 0), Cancel);
        await house.Hub.Hub.Services.GetRequiredService<Prober>().TurnAsync(Cancel);
        (await CountAsync(house)).ShouldBe(0);
    }

    [Fact]
    public async Task Hub_KilledMeanwhile_LetsItsJobRunOutAndForgetsIt()
    {
        using var home = new TemporaryFolder();
        await using (var before = PoolHouse.At(await HubApplication.StartAsync(home.Path), Cancel))
        {
            var plan = new JobPlan
            {
                Name = "sum", DeadlineSeconds = 1, Probe = new ProbePlan("out", "", before.Owner.ToString()), Steps = [new StepPlan { Id = "task", Command = ["true"], Outputs = ["out"] }],
            };
            await before.Loop.ApplyAsync(new SubmitJob(new JobSubmission(Id<Job>.New(TimeProvider.System), ProbePlan.Owner, plan, 0, null)), cancel: Cancel);
        }

        await using var house = PoolHouse.At(await HubApplication.StartAsync(home.Path), Cancel);
        using var prober = ActivatorUtilities.CreateInstance<Prober>(house.Hub.Hub.Services, new JobOptions());

        await Eventually.TrueAsync(
            async () =>
            {
                await prober.TurnAsync(Cancel);
                return await CountAsync(house) == 0;
            },
            Cancel);
    }

    [Fact]
    public async Task Prober_SwitchedOff_AsksNobody()
    {
        await using var house = await PoolHouse.StartAsync(Cancel, nodes: 0, options => options with { Jobs = new JobOptions { Probes = false, ProbeEvery = TimeSpan.FromHours(1) } });
        using var bob = await house.MemberAsync("bob");
        await house.AddAsync("pi", owner: bob);
        await AllowAsync(bob, "pi");
        await Eventually.TrueAsync(() => house.Loop.AskAsync((state, _) => state.Nodes.Values.Single().Terms.Users!.Count == 1), Cancel);

        async Task<int> AskedAsync(JobOptions options)
        {
            using var prober = ActivatorUtilities.CreateInstance<Prober>(house.Hub.Hub.Services, options);
            await prober.TurnAsync(Cancel);
            return await prober.TurnAsync(Cancel);
        }

        (await AskedAsync(new JobOptions { Probes = false, ProbeEvery = TimeSpan.FromTicks(1) })).ShouldBe(0);
        (await AskedAsync(new JobOptions { ProbeEvery = TimeSpan.FromTicks(1) })).ShouldBe(1);
    }

    private static async Task AllowAsync(HttpClient owner, string node)
    {
        using var allowed = await owner.PutAsJsonAsync($"/api/v1/nodes/{node}/permissions", new { run = new[] { "ada" } }, Cancel);
        allowed.EnsureSuccessStatusCode();
    }

    /// <summary>Names of the machines whose results came, one for each batch of them.</summary>
    private static async Task<IReadOnlyList<string>> AnsweredAsync(PoolHouse house) => await house.Hub.Hub.Services.GetRequiredService<Database>().ReadAsync(
        tx => tx.Query<string>("select n.name from receipt_batches b join nodes n on n.id = b.node"), Cancel);

    private static async Task<IReadOnlyList<string>> InboxAsync(HttpClient user) =>
        [.. (await user.GetFromJsonAsync<JsonElement>("/api/v1/inbox", Cancel)).GetProperty("items").EnumerateArray().Select(item => item.GetProperty("text").GetString()!)];

    private static Task<long> CountAsync(PoolHouse house) => house.Hub.Hub.Services.GetRequiredService<Database>().ReadAsync(
        tx => tx.Scalar<long>("select (select count(*) from jobs) + (select count(*) from tasks)"), Cancel);

    private static async Task<(string Trust, int Streak)> PoolAsync(PoolHouse house, string node)
    {
        var pool = await house.Hub.Client.GetFromJsonAsync<JsonElement>($"/api/v1/nodes/{node}/pool", Cancel);
        return (pool.GetProperty("trust").GetString()!, pool.GetProperty("streak").GetInt32());
    }
}
