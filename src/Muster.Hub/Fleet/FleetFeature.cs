using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Muster.Hub.Fleet.Enrolment;
using Muster.Hub.Fleet.Links;
using Muster.Hub.Fleet.Permissions;
using Muster.Hub.Fleet.PhoneWork;
using Muster.Hub.Fleet.Workers;
using Muster.Storage;
using Muster.Storage.Lanes;

namespace Muster.Hub.Fleet;

public static class FleetFeature
{
    /// <summary>
    /// Machines and their links. Needs a <see cref="Database"/> and a <see cref="TimeProvider"/>; asks <see cref="FleetPeople"/> about users,
    /// where one is registered. Handlers go to <see cref="NodeDirectory"/> before the host starts.
    /// </summary>
    /// <exception cref="ArgumentException">Options that make no sense; the message lists every mistake.</exception>
    public static IServiceCollection AddFleet(this IServiceCollection services, FleetOptions options)
    {
        var mistakes = options.Mistakes().ToList();
        if (mistakes.Count > 0)
        {
            throw new ArgumentException(string.Join(Environment.NewLine, mistakes));
        }

        services.ConfigureHttpJsonOptions(json => json.SerializerOptions.PropertyNamingPolicy = System.Text.Json.JsonNamingPolicy.SnakeCaseLower);
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(FleetPeople.Nobody);
        services.TryAddSingleton(provider => new LaneStore(provider.GetRequiredService<Database>()));
        services.AddSingleton(options);
        services.AddSingleton<FleetCounters>();
        services.AddSingleton<FrameRouter>();
        services.AddSingleton<TransferTokens>();
        services.AddSingleton<FleetState>();
        services.AddSingleton(provider => new FleetContext(
            options,
            provider.GetRequiredService<Database>(),
            provider.GetRequiredService<LaneStore>(),
            provider.GetRequiredService<FleetState>(),
            provider.GetRequiredService<FrameRouter>(),
            provider.GetRequiredService<FleetCounters>(),
            provider.GetRequiredService<TimeProvider>())
        {
            Logger = provider.GetRequiredService<ILoggerFactory>().CreateLogger("Muster.Hub.Fleet"),
            People = provider.GetRequiredService<FleetPeople>(),
            Tokens = provider.GetRequiredService<TransferTokens>(),
        });
        services.AddSingleton<FleetStart>();
        services.AddSingleton<MusterDoor>();
        services.AddSingleton<PhoneWorkDoor>();
        services.AddSingleton<PhoneWorkFeed>();
        services.AddSingleton<WorkerDesk>();
        services.AddSingleton<NodePermissions>().AddSingleton<Standing.NodeStandings>();
        services.AddSingleton<PermissionParts>();
        services.AddSingleton(provider => new Enrolments(provider.GetRequiredService<FleetContext>()));
        services.AddSingleton(provider => new NodeDirectory(provider.GetRequiredService<FleetContext>(), provider.GetRequiredService<PhoneWorkFeed>()));
        services.AddHostedService(provider => provider.GetRequiredService<PhoneWorkFeed>());
        services.AddHostedService<FleetClock>();
        return services;
    }
}
