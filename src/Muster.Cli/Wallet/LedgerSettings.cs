using Muster.Cli.Configuration;
using Muster.Hub.Ledger;
using Muster.Hub.Ledger.Prices;

namespace Muster.Cli.Wallet;

/// <summary>What the configuration says about credits; its values were checked when it was read.</summary>
internal static class LedgerSettings
{
    public static LedgerOptions Of(MusterConfiguration configuration) => new()
    {
        SignUpBonus = Amount(configuration, "ledger.signup_bonus"),
        RewardFee = Part(configuration, "ledger.fee"),
        TransferFee = Part(configuration, "ledger.transfer_fee"),
        Prices = new PriceRates
        {
            Task = Amount(configuration, "prices.task"),
            CpuSecond = Amount(configuration, "prices.cpu_second"),
            MemoryGibSecond = Amount(configuration, "prices.memory_gib_second"),
            GpuSecond = Amount(configuration, "prices.gpu_second"),
            WallSecond = Amount(configuration, "prices.wall_second"),
            TrafficGib = Amount(configuration, "prices.traffic_gib"),
        },
    };

    private static Credits Amount(MusterConfiguration configuration, string key)
    {
        _ = Credits.Read(configuration.Text(key), out var amount);
        return amount;
    }

    private static Share Part(MusterConfiguration configuration, string key)
    {
        _ = Share.Read(configuration.Text(key), out var share);
        return share;
    }
}
