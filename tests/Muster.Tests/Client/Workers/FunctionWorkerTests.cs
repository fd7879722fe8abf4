using System.Collections.Concurrent;
using Muster.Client;
using Muster.Client.Workers;
using Muster.Testing;
using Shouldly;
using Xunit;

namespace Muster.Tests.Client.Workers;

public sealed class FunctionWorkerTests
{
    [Fact]
    public async Task Run_HubThatIsNotThere_SaysWhatItWaitsFor()
    {
        using var client = new MusterClient(new Uri("http://127.0.0.1:1"), "key", new MusterClientOptions { Patience = TimeSpan.Zero });
        await using var worker = client.CreateWorker();
        worker.Handle("echo", (payload, _) => ValueTask.FromResult(payload));
        var told = new ConcurrentQueue<WorkerState>();
        worker.StateChanged += told.Enqueue;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);

        var serving = worker.RunAsync(stop.Token);

        await Eventually.TrueAsync(() => told.Count >= 2, stop.Token);
        told.ShouldAllBe(state => !state.Connected);
        told.First().Sentence.ShouldBe("Connecting to http://127.0.0.1:1/.");
        told.ElementAt(1).Sentence.ShouldContain("cannot be reached");
        told.ElementAt(1).Sentence.ShouldEndWith("Trying again.");
        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(serving);
    }
}
