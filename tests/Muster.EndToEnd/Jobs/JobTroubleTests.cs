using System.Diagnostics;
using Muster.Client;
using Muster.Client.Jobs;
using Muster.Client.Workers;
using Muster.Testing;
using Muster.Testing.Processes;
using Shouldly;
using Xunit;

namespace Muster.EndToEnd.Jobs;

/// <summary>Machines, hubs and files that go away under the pool's work.</summary>
public sealed class JobTroubleTests
{
    private const int Patience = 240_000; // ms: a job that waits for ever fails its test, and holds up no other

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact(Timeout = Patience)]
    public async Task Node_KilledMidTask_ItsTasksRunElsewhere()
    {
        await using var household = Household.WithoutModel();
        await household.HubAsync();
        var nas = await household.NodeAsync("nas");
        await household.NodeAsync("pi");
        await household.OnlineAsync(2);
        using var client = household.Client();
        var job = await client.Jobs.SubmitAsync("tasks: [{array: 0..3, command: [sleep, \"8.1357\"], needs: {cpu: 1}}]", cancellationToken: Cancel);
        await Eventually.TrueAsync(async () => (await TasksAsync(client, job.Id)).Any(task => task is { State: "running", Node: "nas" }), Cancel);
        var lost = (await TasksAsync(client, job.Id)).Where(task => task is { State: "running", Node: "nas" }).Select(task => task.Index).ToHashSet();

        await nas.KillAsync();

        (await client.Jobs.WaitAsync(job.Id, Cancel)).State.ShouldBe("succeeded");
        var tasks = await TasksAsync(client, job.Id);
        tasks.ShouldAllBe(task => task.State == "succeeded" && task.Node == "pi" || !lost.Contains(task.Index));
        tasks.Where(task => lost.Contains(task.Index)).ShouldAllBe(task => task.Attempts == 2 && task.History![0].Outcome == "lost" && task.History[1].Node == "pi");
        tasks.ShouldAllBe(task => task.History!.Count(attempt => attempt.Outcome == "succeeded") == 1);
        await RunningProcesses.DisappearAsync("8.1357");
    }

    [Fact(Timeout = Patience)]
    public async Task Node_AsleepPastItsLease_ItsResultCountsWhileNobodyElseHasTheTask()
    {
        await using var household = Household.WithoutModel();
        await household.HubAsync();
        var nas = await household.NodeAsync("nas");
        await household.OnlineAsync(1);
        using var client = household.Client();
        var job = await client.Jobs.SubmitAsync("tasks: [{command: [sh, -c, 'sleep 20.2468; echo done']}]", cancellationToken: Cancel);
        await RunningProcesses.AppearAsync("sleep 20.2468");

        await SignalAsync(nas, "-STOP");
        await RunningProcesses.DisappearAsync("sleep 20.2468"); // its lease of 15 s is over too
        await SignalAsync(nas, "-CONT");

        (await client.Jobs.WaitAsync(job.Id, Cancel)).State.ShouldBe("succeeded");
        (await TasksAsync(client, job.Id))[0].History![^1].Outcome.ShouldBe("succeeded");
    }

    [Fact(Timeout = Patience)]
    public async Task Node_AsleepPastItsLease_ItsResultIsRefusedOnceAnotherHasTheTask()
    {
        await using var household = Household.WithoutModel();
        await household.HubAsync();
        var nas = await household.NodeAsync("nas");
        await household.OnlineAsync(1);
        using var client = household.Client();
        var job = await client.Jobs.SubmitAsync("tasks: [{command: [sh, -c, 'sleep 5.9753; echo done']}]", cancellationToken: Cancel);
        await RunningProcesses.AppearAsync("sleep 5.9753");
        await household.NodeAsync("pi");

        await SignalAsync(nas, "-STOP");
        await Eventually.TrueAsync(async () => (await TasksAsync(client, job.Id))[0] is { Attempts: 2, Node: "pi" }, Cancel);
        await SignalAsync(nas, "-CONT");

        (await client.Jobs.WaitAsync(job.Id, Cancel)).State.ShouldBe("succeeded");
        var history = (await TasksAsync(client, job.Id))[0].History!;
        history.Select(attempt => (attempt.Node, attempt.Outcome)).ShouldBe([("nas", "lost"), ("pi", "succeeded")]);
        await household.OnlineAsync(2);
        var after = await household.RunAsync("run", "--node", "nas", "--", "echo", "well");
        after.Output.ShouldContain("well", customMessage: after.Error);
    }

    [Fact(Timeout = Patience)]
    public async Task Hub_AwayLongerThanALease_RunsNothingAgain()
    {
        await using var household = Household.WithoutModel();
        var hub = await household.HubAsync();
        var port = household.Port;
        await household.NodeAsync("nas");
        await household.OnlineAsync(1);
        using var client = household.Client();
        var job = await client.Jobs.SubmitAsync(
            "tasks: [{array: 0..1, command: [sh, -c, 'sleep 18.8642; echo once']}, {command: [sleep, \"25.8642\"]}]", cancellationToken: Cancel);
        await RunningProcesses.AppearAsync("sleep 18.8642");
        await RunningProcesses.AppearAsync("sleep 25.8642");

        await hub.KillAsync();
        await RunningProcesses.DisappearAsync("sleep 18.8642");
        await household.HubAsync(port);

        (await client.Jobs.WaitAsync(job.Id, Cancel)).State.ShouldBe("succeeded");
        (await TasksAsync(client, job.Id)).ShouldAllBe(task => task.Attempts == 1);
    }

    [Fact(Timeout = Patience)]
    public async Task Hub_KilledUnderLoad_EndsEveryTaskOnceAndTheBooksBalance()
    {
        await using var household = Household.WithoutModel();
        household.Environment["MUSTER_PRICES__TASK"] = "0.01";
        var hub = await household.HubAsync();
        var port = household.Port;
        using var client = household.Client();
        (await household.RunAsync("wallet", "grant", (await client.Accounts.MeAsync(Cancel)).User.Username, "100")).Code.ShouldBe(0);
        await using var worker = client.CreateWorker(new WorkerOptions { Name = "counter", Concurrency = 4 });
        worker.Handle("echo", (payload, _) => ValueTask.FromResult(payload));
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var serving = worker.RunAsync(stop.Token);
        var spec = $$"""{"tasks": [{"function": "echo", "payloads": [{{string.Join(',', Enumerable.Range(0, 200))}}]}]}""";
        var jobs = new List<JobInfo>();
        for (var number = 0; number < 10; number++)
        {
            jobs.Add(await client.Jobs.SubmitAsync(spec, cancellationToken: Cancel));
        }

        await hub.KillAsync();
        await household.HubAsync(port);

        var cost = 0m;
        foreach (var job in jobs)
        {
            var end = await client.Jobs.WaitAsync(job.Id, Cancel);
            end.State.ShouldBe("succeeded", end.Reason);
            end.Counts.Succeeded.ShouldBe(200);
            cost += end.Cost!.Value;
        }

        cost.ShouldBe(10 * 200 * 0.01m);
        var wallet = await client.Wallet.GetAsync(Cancel);
        (wallet.Balance, wallet.Held).ShouldBe((100m - cost, 0m));
        await stop.CancelAsync();
        await serving;
    }

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

    private static async Task<IReadOnlyList<TaskInfo>> TasksAsync(MusterClient client, string job) => (await client.Jobs.TasksAsync(job, cancellationToken: Cancel)).Items;

    private static Task<bool> SignalAsync(MusterProcess process, string signal) => RunAsync("kill", signal, process.Pid.ToString(System.Globalization.CultureInfo.InvariantCulture));

    private static async Task<bool> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true, UseShellExecute = false });
        await process!.WaitForExitAsync(CancellationToken.None);
        return process.ExitCode == 0;
    }
}
