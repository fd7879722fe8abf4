using Muster.Testing;
using Muster.Testing.Processes;
using Shouldly;
using Xunit;

namespace Muster.EndToEnd.Jobs;

/// <summary>Machines that go away under the pool's work.</summary>
public sealed class NodeTroubleTests : PoolTroubleTest
{
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
}
