using Muster.Client.Jobs;
using Muster.Client.Workers;
using Muster.Testing.Processes;
using Shouldly;
using Xunit;

namespace Muster.EndToEnd.Jobs;

/// <summary>Hubs that go away under the pool's work.</summary>
public sealed class HubLossTests : PoolTroubleTest
{
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
}
