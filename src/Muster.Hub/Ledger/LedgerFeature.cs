using Microsoft.Extensions.DependencyInjection;
using Muster.Hub.Ledger.Prices;
using Muster.Hub.Ledger.Wallet;

namespace Muster.Hub.Ledger;

internal static class LedgerFeature
{
    public static void AddLedger(this IServiceCollection services, LedgerOptions options) =>
        services.AddSingleton(options).AddSingleton<LedgerBook>().AddSingleton<PriceBook>().AddSingleton<WalletDesk>()
            .AddSingleton<TransferDesk>()
            .AddSingleton<TransferLoop>().AddHostedService(provider => provider.GetRequiredService<TransferLoop>())
            .AddSingleton<LedgerUpkeep>().AddHostedService(provider => provider.GetRequiredService<LedgerUpkeep>());
}
