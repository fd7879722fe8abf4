using Microsoft.Extensions.DependencyInjection;
using Muster.Hub.Chat.Tools;

namespace Muster.Hub.Together;

internal static class FleetFeature
{
    public static void AddTogether(this IServiceCollection services) => services
        .AddSingleton<FleetChoice>().AddSingleton<FleetDesk>().AddSingleton<FleetStops>().AddSingleton<IRunWork, FleetCalls>();
}
