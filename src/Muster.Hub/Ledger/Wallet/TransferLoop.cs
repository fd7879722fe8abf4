using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Muster.Hub.Accounts;
using Muster.Hub.Accounts.Audit;
using Muster.Hub.Accounts.Keys;
using Muster.Hub.Api;
using Muster.Storage;

namespace Muster.Hub.Ledger.Wallet;

/// <summary>A transfer that somebody waits for.</summary>
/// <param name="Key">The ledger's key of it.</param>
internal sealed record TransferCall(SignedIn Giver, AuditActor Actor, TransferForm Form, string? Key)
{
    public TaskCompletionSource<TransferModel> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}

/// <summary>
/// Does the transfers that wait together: what each would read and write by itself is read and written once for all. Nobody waits for
/// the sake of it: a group is whatever came in while the one before was made durable.
/// </summary>
internal sealed class TransferLoop(Database database, LedgerBook book, KeyBudgets budgets, AuditLog audit, LedgerOptions options) : BackgroundService
{
    private const int MostWaiting = 4096;
    private const int MostAtOnce = 256;

    private readonly Channel<TransferCall> _waiting = Channel.CreateBounded<TransferCall>(new BoundedChannelOptions(MostWaiting) { SingleReader = true });

    /// <exception cref="ApiException">The form has mistakes, or the hub is too busy.</exception>
    /// <exception cref="LedgerException">The ledger refuses.</exception>
    public Task<TransferModel> DoAsync(TransferCall call, CancellationToken cancel) => call.Giver.Budgeted ? AloneAsync(call, cancel)
        : _waiting.Writer.TryWrite(call) ? call.Done.Task.WaitAsync(cancel)
        : throw new ApiException(503, "not_ready", "More transfers wait than the hub takes: try again in a moment.") { RetryAfter = TimeSpan.FromSeconds(1) };

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var group = new List<TransferCall>();
        try
        {
            while (await _waiting.Reader.WaitToReadAsync(stoppingToken))
            {
                while (group.Count < MostAtOnce && _waiting.Reader.TryRead(out var call))
                {
                    group.Add(call);
                }

                await DoAsync(group);
                group.Clear();
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            _waiting.Writer.TryComplete();
            while (_waiting.Reader.TryRead(out var call))
            {
                call.Done.TrySetException(new ApiException(503, "not_ready", "The hub is stopping: try again in a moment."));
            }
        }
    }

    /// <summary>One that can be refused after it was done, by its key's budget, must not undo others.</summary>
    private async Task<TransferModel> AloneAsync(TransferCall call, CancellationToken cancel)
    {
        var (form, outcome) = await database.WriteAsync(
            tx =>
            {
                var answer = Run(tx, [call])[0];
                if (answer.Outcome?.Receipt is { Repeated: false } receipt)
                {
                    budgets.Spend(tx, call.Giver, receipt.Micro + receipt.Fee);
                }

                return answer;
            },
            cancel);
        Tell(call, form, outcome);
        return await call.Done.Task;
    }

    private async Task DoAsync(List<TransferCall> group)
    {
        try
        {
            var answers = await database.WriteAsync(tx => Run(tx, group));
            foreach (var (call, (form, outcome)) in group.Zip(answers))
            {
                Tell(call, form, outcome);
            }
        }
        catch (Exception failure)
        {
            group.ForEach(call => call.Done.TrySetException(failure)); // each of them is told; the next group may do better
        }
    }

    private List<(TransferForm Form, LedgerOutcome? Outcome)> Run(Transaction tx, List<TransferCall> group)
    {
        var users = TransferForm.Users(tx, group.Select(call => call.Form));
        var forms = group.ConvertAll(call => call.Form.For(users, call.Giver.User, ""));
        var good = Enumerable.Range(0, group.Count).Where(index => forms[index].IsGood).ToList();
        var outcomes = book.Transfer(tx, [.. good.Select(index => forms[index].Order(group[index].Giver, group[index].Key, options.TransferFee))]);
        var answers = forms.ConvertAll(form => (Form: form, Outcome: (LedgerOutcome?)null));
        foreach (var (index, outcome) in good.Zip(outcomes))
        {
            answers[index] = (forms[index], outcome);
        }

        audit.Add(tx, [.. answers.Zip(group).Where(pair => pair.First.Outcome?.Receipt is { Repeated: false }).Select(pair => new AuditAct(
            pair.Second.Actor, "wallet.transfer", pair.First.Form.ToName, new Credits(pair.First.Form.Micro) + " CPT"))]);

        return answers;
    }

    private static void Tell(TransferCall call, TransferForm form, LedgerOutcome? outcome)
    {
        if (outcome?.Receipt is { } receipt)
        {
            call.Done.TrySetResult(form.Answer(receipt));
        }
        else
        {
            call.Done.TrySetException(outcome?.Refusal ?? (Exception)new ApiException(422, "invalid", form.Sentence, form.Mistakes));
        }
    }
}
