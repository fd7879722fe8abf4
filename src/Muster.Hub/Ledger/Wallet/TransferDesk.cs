using Microsoft.AspNetCore.Http;
using Muster.Hub.Accounts;
using Muster.Hub.Accounts.Audit;
using Muster.Hub.Accounts.Keys;
using Muster.Hub.Api;
using Muster.Storage;

namespace Muster.Hub.Ledger.Wallet;

/// <summary>Giving credits away. The ledger itself remembers what was done under which key, for good.</summary>
internal sealed class TransferDesk(Database database, LedgerBook book, TransferLoop loop, KeyBudgets budgets, AuditLog audit, LedgerOptions options)
{
    private const int MostAtOnce = 1000;
    private const int LongestKey = 200;

    public Task<TransferModel> TransferAsync(HttpContext context, TransferRequest request)
    {
        var (caller, key) = (context.Caller(), KeyOf(context));
        return loop.DoAsync(new TransferCall(caller, AuditActor.Of(context), TransferForm.Read(request, ""), key is null ? null : $"transfer:{caller.User}:{key}"), context.RequestAborted);
    }

    public Task<TransferBatchAnswer> TransferAsync(HttpContext context, TransferBatch batch)
    {
        var (caller, key) = (context.Caller(), KeyOf(context));
        if (batch.Transfers is not { Count: > 0 and <= MostAtOnce } transfers)
        {
            throw ApiException.Invalid("transfers", $"A batch holds from 1 to {MostAtOnce} transfers.", "Split it, each part with an Idempotency-Key of its own.");
        }

        var forms = transfers.Select((transfer, index) => TransferForm.Read(transfer, Place(index))).ToList();
        return database.WriteAsync(tx => Batch(tx, (caller, AuditActor.Of(context)), forms, key, batch.AllOrNothing), context.RequestAborted);
    }

    /// <exception cref="ApiException">It is too long.</exception>
    public static string? KeyOf(HttpContext context) => context.Request.Headers["Idempotency-Key"].ToString() switch
    {
        "" => null,
        { Length: > LongestKey } => throw ApiException.Invalid("Idempotency-Key", $"The key is longer than {LongestKey} characters.", "Use a shorter one."),
        var key => key,
    };

    private TransferBatchAnswer Batch(Transaction tx, (SignedIn Caller, AuditActor Actor) giver, List<TransferForm> forms, string? key, bool allOrNothing)
    {
        var caller = giver.Caller;
        var users = TransferForm.Users(tx, forms);
        var found = forms.Select((form, index) => form.For(users, caller.User, Place(index))).ToList();
        if (allOrNothing && found.Find(form => !form.IsGood) is { } wrong)
        {
            throw Refused(422, "invalid", wrong.Sentence, [.. found.SelectMany(form => form.Mistakes)]);
        }

        var good = Enumerable.Range(0, found.Count).Where(index => found[index].IsGood).ToList();
        var outcomes = book.Transfer(tx, [.. good.Select(index => found[index].Order(caller, key is null ? null : $"batch:{caller.User}:{index}:{key}", options.TransferFee))]);
        var items = found.Select(form => new TransferResult(null, form.IsGood ? null : new TransferRefusal("invalid", form.Sentence, form.Mistakes))).ToArray();
        foreach (var (index, outcome) in good.Zip(outcomes))
        {
            items[index] = outcome.Receipt is { } receipt ? new TransferResult(found[index].Answer(receipt), null) : new TransferResult(null, Refusal(index, outcome.Refusal!));
        }

        var moved = outcomes.Select(outcome => outcome.Receipt).OfType<LedgerReceipt>().Where(receipt => !receipt.Repeated).ToList();
        if (moved.Count > 0)
        {
            var sum = moved.Aggregate(0L, (all, receipt) => checked(all + receipt.Micro + receipt.Fee));
            budgets.Spend(tx, caller, sum);
            audit.Add(tx, giver.Actor, "wallet.transfer", $"{moved.Count} at once", new Credits(sum) + " CPT");
        }

        var refusals = items.Where(item => item.Error is not null).Select(item => item.Error!).ToList();
        return allOrNothing && refusals is [var first, ..]
            ? throw Refused(409, first.Code, first.Detail, [.. refusals.SelectMany(refusal => refusal.Errors)])
            : new TransferBatchAnswer(items, items.Length - refusals.Count, refusals.Count);
    }

    private static TransferRefusal Refusal(int index, LedgerException refusal) =>
        new(refusal.Code, refusal.Message, [new FieldError(Place(index) + "amount", null, refusal.Message, "")]);

    private static ApiException Refused(int status, string code, string first, IReadOnlyList<FieldError> mistakes) =>
        new(status, code, $"None of the transfers was done. {first}", mistakes);

    private static string Place(int index) => $"transfers[{index}].";
}
