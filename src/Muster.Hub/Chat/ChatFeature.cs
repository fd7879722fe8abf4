using Microsoft.Extensions.DependencyInjection;
using Muster.Hub.Chat.Assistant;
using Muster.Hub.Chat.ModelChoice;
using Muster.Hub.Chat.Notes;
using Muster.Hub.Chat.Notices;
using Muster.Hub.Chat.Runs;
using Muster.Hub.Chat.Threads;
using Muster.Hub.Chat.Tools;
using Muster.Hub.Chat.Undo;
using Muster.Hub.Routing;
using Muster.Hub.Routing.Commands;
using Muster.Hub.Spending;
using Muster.Storage;

namespace Muster.Hub.Chat;

internal static class ChatFeature
{
    public static void AddChat(this IServiceCollection services, AssistantOptions assistant) =>
        services
            .AddSingleton(assistant)
            .AddSingleton<ThreadFeeds>().AddSingleton<ThreadStore>().AddSingleton<ThreadReader>()
            .AddSingleton<RunEvents>().AddSingleton<RunEnds>().AddSingleton<Launcher>().AddSingleton<OtherWork>().AddSingleton<Stops>().AddSingleton<AskedRuns>()
            .AddSingleton<HubGate>().AddSingleton<HubAgents>().AddSingleton<HubRunKit>().AddSingleton<HubRuns>()
            .AddSingleton<NoticeDesk>().AddSingleton<FleetNews>().AddSingleton<NodeModels>()
            .AddSingleton<Router>().AddSingleton<RouteModel>().AddSingleton<RouteDesk>().AddSingleton<CommandBook>()
            .AddSingleton<ICommand, NodesCommand>().AddSingleton<ICommand, NodeCommand>().AddSingleton<ICommand, StatusCommand>().AddSingleton<ICommand, ShellCommand>()
            .AddSingleton<ICommand, StopCommand>().AddSingleton<ICommand, QueueCommand>().AddSingleton<ICommand, InterruptCommand>()
            .AddSingleton<ICommand, NewCommand>().AddSingleton<ICommand, SendCommand>().AddSingleton<ICommand, CloseCommand>().AddSingleton<ICommand, SwitchCommand>()
            .AddSingleton<ICommand, DirectCommand>().AddSingleton<ICommand, SmartCommand>()
            .AddSingleton<ICommand, MemoryCommand>().AddSingleton<ICommand, ApproveCommand>().AddSingleton<ICommand, DenyCommand>()
            .AddSingleton<ModelNames>().AddSingleton<ICommand, ModelCommand>()
            .AddSingleton<UndoDesk>().AddSingleton<ICommand, UndoCommand>()
            .AddSingleton<Replies>().AddSingleton<CommandDesk>().AddSingleton<Dispatcher>().AddSingleton<ConversationLoops>().AddSingleton<Wakes>()
            .AddSingleton<BackgroundWork>().AddSingleton<Intake>().AddSingleton<ConversationDesk>().AddSingleton<ConversationEnd>().AddSingleton<ApprovalAskers>().AddSingleton<Approvals>()
            .AddSingleton<HubCallDesk>().AddSingleton<IRunCalls, NoteCalls>().AddSingleton<IRunCalls, NodeCalls>();

    /// <summary>Connects the parts to the machines; before the first link opens.</summary>
    public static async Task StartChatAsync(this IServiceProvider services, CancellationToken cancel)
    {
        var loops = services.GetRequiredService<ConversationLoops>();
        services.GetRequiredService<Wakes>().Set(loops.Wake);
        services.GetRequiredService<RunEvents>().Register();
        services.GetRequiredService<RunEnds>().Register();
        services.GetRequiredService<Stops>().Register();
        services.GetRequiredService<Approvals>().Register();
        services.GetRequiredService<HubCallDesk>().Register();
        services.GetRequiredService<UndoDesk>().Register();
        services.GetRequiredService<FleetNews>().Register();
        await services.GetRequiredService<Database>().ReadAsync(
            tx =>
            {
                services.GetRequiredService<RunEnds>().Load(tx);
                services.GetRequiredService<Approvals>().Load(tx);
                return true;
            },
            cancel);
        await services.GetRequiredService<Database>().WriteAsync(services.GetRequiredService<SpendingDesk>().Load, cancel);
    }
}
