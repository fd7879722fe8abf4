using Microsoft.AspNetCore.Http;
using Muster.Hub.Accounts;
using Muster.Hub.Accounts.Audit;
using Muster.Hub.Api;
using Muster.Storage;

namespace Muster.Hub.Ledger.Wallet;

/// <summary>What a user has, and new credits.</summary>
internal sealed class WalletDesk(Database database, LedgerBook book, AuditLog audit)
{
    public Task<WalletModel> GetAsync(SignedIn caller, CancellationToken cancel) =>
        database.ReadAsync(tx => Statement.Wallet(tx, caller.User, book.CreditsInUse(tx)), cancel);

    public Task<Page<WalletEntry>> HistoryAsync(SignedIn caller, int limit, long? after, CancellationToken cancel) => database.ReadAsync(
        tx =>
        {
            var items = Statement.History(tx, caller.User, limit + 1, after ?? long.MaxValue);
            return new Page<WalletEntry>([.. items.Take(limit)], items.Count > limit ? items[limit - 1].Number.ToString() : null);
        },
        cancel);

    /// <summary>New credits for a user.</summary>
    public Task<TransferModel> GrantAsync(HttpContext context, TransferRequest request)
    {
        var (caller, key, form) = (context.Caller(), TransferDesk.KeyOf(context), TransferForm.Read(request, ""));
        return database.WriteAsync(
            tx =>
            {
                var found = form.For(TransferForm.Users(tx, [form]), null, "").Good();
                var receipt = book.Issue(
                    tx, key is null ? null : $"grant:{caller.User}:{key}", LedgerAccounts.User(found.To), found.Micro, LedgerKinds.Grant, found.Note, caller.User.ToString());
                if (!receipt.Repeated)
                {
                    audit.Add(tx, AuditActor.Of(context), "wallet.grant", found.ToName, new Credits(found.Micro) + " CPT");
                }

                return found.Answer(receipt);
            },
            context.RequestAborted);
    }
}
