using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Muster.Hub.Chat.Tools;
using Muster.Hub.Fleet;
using Muster.Hub.Jobs.Calls;
using Muster.Hub.Jobs.Events;
using Muster.Hub.Jobs.Nodes;
using Muster.Hub.Jobs.Probes;
using Muster.Hub.Jobs.Receipts;
using Muster.Hub.Jobs.Speed;
using Muster.Hub.Jobs.Steering;
using Muster.Hub.Jobs.Views;
using Muster.Hub.Ledger.Holds;
using Muster.Hub.Routing.Commands;
using Muster.Protocol.Ids;

namespace Muster.Hub.Jobs;

internal static class JobFeature
{
    // A job's id has 30 characters; the holds of later tries are numbered behind it.
    private const string JobOfHold = "select 1 from jobs where jobs.id = substr(ledger_holds.key, 1, 30) and jobs.live = 1";

    public static void AddJobs(this IServiceCollection services, JobOptions options)
    {
        services.TryAddSingleton(options);
        services.AddSingleton<NodeSettings>().AddSingleton<PoolNodes>().AddSingleton<PayloadCache>().AddSingleton<EarlierResults>().AddSingleton<AgentMessages>().AddSingleton<SteerDesk>().AddSingleton<LeaseSender>().AddSingleton<JobFeeds>().AddSingleton<LogBook>().AddSingleton<JobEvents>().AddSingleton<JobLogs>().AddSingleton<JobHolds>().AddSingleton<JobPromises>().AddSingleton<JobIntake>().AddSingleton<JobCall>().AddSingleton<PackageIntake>().AddSingleton<TaskDesk>()
            .AddSingleton<PoolLane>().AddSingleton<PoolBooks>().AddSingleton<PoolNews>().AddSingleton<PoolOutput>().AddSingleton<PoolLoop>().AddSingleton<JobDesk>()
            .AddSingleton<IRunWork, JobCalls>().AddSingleton<ICommand, JobsCommand>().AddSingleton<ICommand, TasksCommand>();
        services.AddSingleton<ReceiptKey>().AddSingleton<ReceiptDesk>().AddSingleton<NodePoolDesk>().AddSingleton<SpeedMeter>().AddHostedService(provider => provider.GetRequiredService<SpeedMeter>());
        services.AddSingleton<Prober>().AddHostedService(provider => provider.GetRequiredService<Prober>());
        services.AddSingleton(new HoldSource(Job.Prefix, JobOfHold));
        services.AddSingleton<JobUpkeep>().AddHostedService(provider => provider.GetRequiredService<JobUpkeep>());
        services.AddHostedService(provider => provider.GetRequiredService<PoolLoop>());
    }

    /// <summary>Connects the pool to the machines; before the first link opens.</summary>
    public static void StartJobs(this IServiceProvider services)
    {
        var (loop, nodes) = (services.GetRequiredService<PoolLoop>(), services.GetRequiredService<NodeDirectory>());
        services.GetRequiredService<PoolNodes>().Register(loop.TryApply, loop.Hear);
        services.GetRequiredService<SpeedMeter>().Register();
        services.GetRequiredService<LogBook>().Register(nodes);
        nodes.OnPoolLane(services.GetRequiredService<PoolLane>().TakeAsync);
    }
}
