using Microsoft.AspNetCore.Http;
using Muster.Hub.Accounts;
using Muster.Hub.Api;
using Muster.Protocol.Ids;
using Muster.Storage;

namespace Muster.Hub.Ledger.Wallet;

/// <summary>What a user does with credits. The ledger itself remembers what was done under which key, for good.</summary>
internal sealed class WalletDesk(Database database, LedgerBook book, LedgerOptions options)
{
    private const int MostAtOnce = 1000;

    public Task<WalletModel> GetAsync(SignedIn caller, CancellationToken cancel) =>
        database.ReadAsync(tx => Statement.Wallet(tx, caller.User, book.CreditsInUse(tx)), cancel);

    public Task<Page<WalletEntry>> HistoryAsync(SignedIn caller, int limit, long? after, CancellationToken cancel) => database.ReadAsync(
        tx =>
        {
            var items = Statement.History(tx, caller.User, limit + 1, after ?? long.MaxValue);
            return new Page<WalletEntry>([.. items.Take(limit)], items.Count > limit ? items[limit - 1].Number.ToString() : null);
        },
        cancel);

    public Task<TransferModel> TransferAsync(HttpContext context, TransferRequest request)
    {
        var (caller, key, form) = (context.Caller(), KeyOf(context), TransferForm.Read(request, ""));
        return database.WriteAsync(
            tx =>
            {
                var checkedForm = Whole(form.For(TransferForm.Users(tx, [form]), caller.User, ""));
                return Model(checkedForm, book.Transfer(tx, Order(caller, checkedForm, key is null ? null : $"transfer:{caller.User}:{key}")));
            },
            context.RequestAborted);
    }

    /// <summary>New credits for a user.</summary>
    public Task<TransferModel> GrantAsync(HttpContext context, TransferRequest request)
    {
        var (caller, key, form) = (context.Caller(), KeyOf(context), TransferForm.Read(request, ""));
        return database.WriteAsync(
            tx =>
            {
                var found = Whole(form.For(TransferForm.Users(tx, [form]), null, ""));
                return Model(found, book.Issue(
                    tx, key is null ? null : $"grant:{caller.User}:{key}", LedgerAccounts.User(found.To), found.Micro, LedgerKinds.Grant, found.Note, caller.User.ToString()));
            },
            context.RequestAborted);
    }

    public Task<TransferBatchAnswer> TransferAsync(HttpContext context, TransferBatch batch)
    {
        var (caller, key) = (context.Caller(), KeyOf(context));
        if (batch.Transfers is not { Count: > 0 and <= MostAtOnce } transfers)
        {
            throw ApiException.Invalid("transfers", $"A batch holds from 1 to {MostAtOnce} transfers.", "Split it, each part with an Idempotency-Key of its own.");
        }

        var forms = transfers.Select((transfer, index) => TransferForm.Read(transfer, Place(index))).ToList();
        return database.WriteAsync(tx => Batch(tx, caller, forms, key, batch.AllOrNothing), context.RequestAborted);
    }

    private TransferBatchAnswer Batch(Transaction tx, SignedIn caller, List<TransferForm> forms, string? key, bool allOrNothing)
    {
        var users = TransferForm.Users(tx, forms);
        var found = forms.Select((form, index) => form.For(users, caller.User, Place(index))).ToList();
        if (allOrNothing && found.SelectMany(form => form.Mistakes).ToList() is { Count: > 0 } mistakes)
        {
            throw Refused(422, "invalid", mistakes);
        }

        var good = Enumerable.Range(0, found.Count).Where(index => found[index].Mistakes.Count == 0).ToList();
        var outcomes = book.Transfer(tx, [.. good.Select(index => Order(caller, found[index], key is null ? null : $"batch:{caller.User}:{index}:{key}"))]);
        var items = found.Select(form => new TransferResult(null, form.Mistakes.Count == 0 ? null : Refusal(form))).ToArray();
        foreach (var (index, outcome) in good.Zip(outcomes))
        {
            items[index] = outcome.Receipt is { } receipt
                ? new TransferResult(Model(found[index], receipt), null)
                : new TransferResult(null, new TransferRefusal(outcome.Refusal!.Code, outcome.Refusal.Message, [new FieldError(Place(index) + "amount", null, outcome.Refusal.Message, "")]));
        }

        if (allOrNothing && items.Where(item => item.Error is not null).ToList() is [var first, ..] refused)
        {
            throw Refused(409, first.Error!.Code, [.. refused.SelectMany(item => item.Error!.Errors)]);
        }

        return new TransferBatchAnswer(items, items.Count(item => item.Transfer is not null), items.Count(item => item.Error is not null));
    }

    private LedgerOrder Order(SignedIn caller, TransferForm form, string? key) =>
        new(key, LedgerAccounts.User(caller.User), LedgerAccounts.User(form.To), form.Micro, LedgerKinds.Transfer)
        {
            Note = form.Note, Actor = caller.User.ToString(), Fee = options.TransferFee.Of(form.Micro),
        };

    private static TransferForm Whole(TransferForm form) => form.Mistakes.Count == 0 ? form : throw new ApiException(422, "invalid", Sentence(form.Mistakes), form.Mistakes);

    private static TransferRefusal Refusal(TransferForm form) => new("invalid", Sentence(form.Mistakes), form.Mistakes);

    private static ApiException Refused(int status, string code, IReadOnlyList<FieldError> mistakes) =>
        new(status, code, $"None of the transfers was done. {Sentence(mistakes)}", mistakes);

    private static string Sentence(IReadOnlyList<FieldError> mistakes) => $"{mistakes[0].Message} {mistakes[0].Fix}".TrimEnd();

    private static TransferModel Model(TransferForm form, LedgerReceipt receipt) => new(
        receipt.Number, receipt.At, form.ToName, new Credits(receipt.Micro).ToString(), new Credits(receipt.Fee).ToString(), form.Note.Length == 0 ? null : form.Note);

    private static string Place(int index) => $"transfers[{index}].";

    private static string? KeyOf(HttpContext context) => context.Request.Headers["Idempotency-Key"].ToString() switch
    {
        "" => null,
        { Length: > 200 } => throw ApiException.Invalid("Idempotency-Key", "The key is longer than 200 characters.", "Use a shorter one."),
        var key => key,
    };
}
