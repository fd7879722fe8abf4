using Microsoft.Extensions.DependencyInjection;
using Muster.Hub.Ledger.Prices;
using Muster.Hub.Ledger.Wallet;
using Muster.Hub.Routing.Commands;

namespace Muster.Hub.Ledger;

internal static class LedgerFeature
{
    public static void AddLedger(this IServiceCollection services, LedgerOptions options) =>
        services.AddSingleton(options).AddSingleton<LedgerBook>().AddSingleton<PriceBook>().AddSingleton<WalletDesk>().AddSingleton<ICommand, BalanceCommand>()
            .AddSingleton<TransferDesk>()
            .AddSingleton<TransferLoop>().AddHostedService(provider => provider.GetRequiredService<TransferLoop>())
            .AddSingleton<LedgerUpkeep>().AddHostedService(provider => provider.GetRequiredService<LedgerUpkeep>());
}
