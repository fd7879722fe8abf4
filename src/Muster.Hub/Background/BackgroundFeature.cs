using Microsoft.Extensions.DependencyInjection;
using Muster.Hub.Chat.Tools;

namespace Muster.Hub.Background;

internal static class BackgroundFeature
{
    public static void AddBackground(this IServiceCollection services) => services
        .AddSingleton<BackgroundIntake>().AddSingleton<BackgroundNews>().AddSingleton<BackgroundDesk>()
        .AddSingleton<IRunCalls, BackgroundCalls>().AddSingleton<IRunCalls, FileCalls>();
}
