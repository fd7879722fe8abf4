using Muster.Agents.Providers.Spending;
using Muster.Storage;

namespace Muster.Hub.Spending;

/// <summary>Who pays for the models of the hub: the user, to the hub's purse; the hub's owner pays nothing.</summary>
/// <param name="asking">A new call of the spender.</param>
internal sealed class HubPurse(Database database, SpendingDesk desk, SpendingSignal signal, string spender, Func<Transaction, string, long, SpendingAsk> asking) : ITokenPurse, IAsyncDisposable
{
    private bool _used;

    /// <summary>Why the last call was not made, as a sentence; null: it was.</summary>
    public string? Refusal { get; private set; }

    public async Task<string> ReserveAsync(string model, long micro, CancellationToken abort)
    {
        (_used, Refusal) = (true, null);
        while (true)
        {
            var (version, call) = (signal.Version, "");
            var answer = await database.WriteAsync(
                tx =>
                {
                    var ask = asking(tx, model, micro);
                    call = ask.Call;
                    return desk.Reserve(tx, ask);
                },
                abort);
            switch (answer)
            {
                case SpendingAnswer.Reserved:
                    return call;
                case SpendingAnswer.Refused refused:
                    Refusal = refused.Sentence;
                    throw new SpendingRefusedException(refused.Sentence);
                default:
                    await signal.WaitAsync(version, abort);
                    break;
            }
        }
    }

    public async Task SettleAsync(string call, long micro) => await database.WriteAsync(tx => desk.Settle(tx, spender, call, micro));

    /// <summary>Nothing more is asked.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_used)
        {
            await database.WriteAsync(tx => desk.Ended(tx, spender));
        }
    }
}
