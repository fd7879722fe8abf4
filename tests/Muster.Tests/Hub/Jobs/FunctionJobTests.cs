using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Muster.Client;
using Muster.Client.Workers;
using Muster.Hub.Accounts;
using Muster.Hub.Jobs;
using Muster.Hub.Jobs.Pool;
using Muster.Protocol.Ids;
using Muster.Testing;
using Muster.Testing.Hub;
using Xunit;

namespace Muster.Tests.Hub.Jobs;

public sealed class FunctionJobTests
{
    [Fact]
    public async Task Job_OfAThousandFunctions_ComesBackWhole()
    {
        using var home = new TemporaryFolder();
        await using var hub = await HubApplication.StartAsync(home.Path);
        using var client = new MusterClient(new Uri(hub.Hub.Urls[0]), hub.Hub.Local.Token);
        await using var worker = client.CreateWorker();
        worker.Handle("echo", (payload, _) => ValueTask.FromResult(payload));
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var serving = worker.RunAsync(stop.Token);
        var id = Id<Job>.New(TimeProvider.System);
        var owner = hub.Hub.Services.GetRequiredService<People>().Owner!.Value;
        var plan = new JobPlan { Name = "echo", Steps = [new StepPlan { Id = "echo", Runtime = TaskRuntime.Function, Function = "echo", Count = 1000, Array = true }] };
        var payloads = Enumerable.Range(0, 1000).Select(index => (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes($"{index}")).ToList();
        await hub.Hub.Services.GetRequiredService<PoolLoop>().ApplyAsync(new SubmitJob(new JobSubmission(id, owner, plan, 0, payloads)), cancel: stop.Token);

        var results = JsonSerializer.Deserialize<JsonElement>(await hub.Client.GetStringAsync($"/api/v1/jobs/{id}/results?wait=30", stop.Token));

        Assert.Equal("succeeded", results.GetProperty("state").GetString());
        Assert.Equal(Enumerable.Range(0, 1000), results.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("result").GetInt32()));
        await stop.CancelAsync();
        await serving;
    }
}
