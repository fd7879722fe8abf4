using Muster.Client;
using Muster.Client.Wallet;

namespace Muster.Samples;

/// <summary>Pays each month's rent once, however often the program is started.</summary>
public static class WalletSample
{
    public static async Task<TransferInfo> PayRentAsync(MusterClient client, string landlord, decimal amount, DateOnly month, TextWriter output, CancellationToken cancel)
    {
        // The key follows from what is paid, so a second start makes the same one and the hub answers with the first transfer.
        var paid = await client.Wallet.TransferAsync(landlord, amount, $"rent {month:yyyy-MM}", idempotencyKey: $"rent-{month:yyyy-MM}", cancel);
        await output.WriteLineAsync($"{paid.Amount} CPT went to {paid.To} at {paid.At:u}");
        return paid;
    }
}
