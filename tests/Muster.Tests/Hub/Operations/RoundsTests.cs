using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Muster.Hub;
using Muster.Hub.Operations;
using Muster.Storage;
using Muster.Testing;
using Muster.Testing.Hub;
using Shouldly;
using Xunit;

namespace Muster.Tests.Hub.Operations;

public sealed class RoundsTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Round_ThatFails_IsInTheLogAndDoneAgain_AndTheHostGoesOn()
    {
        using var log = new LogLines();
        var failures = new Queue<Exception>([new StorageException("The disk is full."), new InvalidOperationException("A mistake.")]);
        var again = new TaskCompletionSource();
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddSingleton<ILoggerFactory>(log).AddHostedService(_ => new Failing(failures, again, log.CreateLogger("")));
        using var host = builder.Build();
        await host.StartAsync(Cancel);

        await again.Task.WaitAsync(TimeSpan.FromSeconds(30), Cancel);

        host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.IsCancellationRequested.ShouldBeFalse();
        log.Have("A round of Failing failed and is done again at its next time").ShouldBeTrue();
        await host.StopAsync(Cancel);
    }

    [Fact]
    public async Task Hub_OfWhichAPartFailsForGood_SaysThatItHasStopped()
    {
        using var home = new TemporaryFolder();
        await using var app = await HubApplication.StartAsync(home.Path);

        app.Hub.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication(); // as the framework does when a service ends by an error

        (await Should.ThrowAsync<HubException>(() => app.Hub.Stopped.WaitAsync(TimeSpan.FromSeconds(30), Cancel))).Message.ShouldStartWith("A part of the hub failed for good");
    }

    [Fact]
    public async Task Hub_ThatIsToldToStop_StopsWell()
    {
        using var home = new TemporaryFolder();
        await using var app = await HubApplication.StartAsync(home.Path);

        await app.Hub.StopAsync(Cancel);

        await app.Hub.Stopped.WaitAsync(TimeSpan.FromSeconds(30), Cancel);
    }

    private sealed class Failing(Queue<Exception> failures, TaskCompletionSource again, ILogger logger) : Rounds(TimeSpan.FromMilliseconds(1), TimeProvider.System, logger)
    {
        protected override Task RoundAsync(CancellationToken cancel)
        {
            if (failures.TryDequeue(out var failure))
            {
                throw failure;
            }

            again.TrySetResult();
            return Task.CompletedTask;
        }
    }
}
