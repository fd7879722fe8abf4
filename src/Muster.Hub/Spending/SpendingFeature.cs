using Microsoft.Extensions.DependencyInjection;
using Muster.Hub.Chat.Tools;
using Muster.Hub.Ledger.Holds;
using Muster.Hub.Routing.Commands;
using Muster.Hub.Spending.Tasks;

namespace Muster.Hub.Spending;

internal static class SpendingFeature
{
    private const string CallOfHold =
        "select 1 from spending_calls c left join runs r on r.id = c.run_id where c.hold = ledger_holds.key and c.settled is null and (r.state is null or r.state <> 'ended')";

    public static void AddSpending(this IServiceCollection services) => services
        .AddSingleton<SpendingSignal>().AddSingleton<SpendingWaits>().AddSingleton<SpendingDesk>().AddSingleton<HubPurses>().AddSingleton<ModelQuotes>().AddSingleton<BudgetDesk>().AddSingleton<TaskSpending>().AddSingleton<TaskBudgets>()
        .AddSingleton<IRunCalls, SpendingCalls>().AddSingleton<IRunWork, SpendingPatience>().AddSingleton<ICommand, BudgetCommand>()
        .AddSingleton(new HoldSource(SpendingDesk.HoldPrefix, CallOfHold));
}
