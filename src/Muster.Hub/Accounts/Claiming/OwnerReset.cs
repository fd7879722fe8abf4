using Muster.Hub.Accounts.SignIns;
using Muster.Storage;

namespace Muster.Hub.Accounts.Claiming;

/// <summary>
/// For an owner who forgot the password: makes the hub unclaimed again. Only whoever may write the hub's files can do it, with the
/// hub stopped; no key and no request can.
/// </summary>
public static class OwnerReset
{
    /// <exception cref="StorageException">The database cannot be opened.</exception>
    public static async Task RunAsync(HubOptions options, CancellationToken cancel = default)
    {
        await using var database = await HubHost.OpenAsync(options);
        await database.WriteAsync(
            tx =>
            {
                var owner = UserStore.EnsureOwner(tx, options.OwnerName, options.Time);
                UserStore.ForgetPassword(tx, owner.Id);
                SignInStore.EndAll(tx, owner.Id);
            },
            cancel);
    }
}
