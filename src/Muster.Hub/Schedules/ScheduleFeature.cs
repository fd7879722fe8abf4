using Microsoft.Extensions.DependencyInjection;
using Muster.Hub.Chat;
using Muster.Hub.Chat.Tools;
using Muster.Hub.Fleet;
using Muster.Hub.Routing.Commands;

namespace Muster.Hub.Schedules;

internal static class ScheduleFeature
{
    public static void AddSchedules(this IServiceCollection services, ScheduleOptions options) => services
        .AddSingleton(options).AddSingleton<ScheduleFiring>().AddSingleton<ScheduleLoop>().AddSingleton<ScheduleDesk>().AddSingleton<IRunCalls, ScheduleCalls>()
        .AddSingleton<ICommand, RemindCommand>();

    /// <summary>Begins to tell what is due, once the machines had a moment to come back: an instruction would find them offline.</summary>
    public static void StartSchedules(this IServiceProvider services) => services.GetRequiredService<BackgroundWork>().Start(async cancel =>
    {
        await services.GetRequiredService<ConversationLoops>().AllOnlineAsync(services.GetRequiredService<NodeDirectory>(), cancel);
        await services.GetRequiredService<ScheduleLoop>().RunAsync(cancel);
    });
}
