using Muster.Agents.Providers.Spending;
using Muster.Hub.Accounts;
using Muster.Hub.Chat.Runs;
using Muster.Protocol.Ids;
using Muster.Storage;

namespace Muster.Hub.Spending;

/// <summary>Makes the purses of the hub's own runs.</summary>
internal sealed class HubPurses(Database database, SpendingDesk desk, SpendingSignal signal, TimeProvider time)
{
    public ITokenPurse For(RunRow run, UserRow user) =>
        new HubPurse(database, desk, signal, (model, micro) => new SpendingAsk(run, user.Key, Id<Key>.New(time).ToString(), model, micro, null, user.Rank == Role.Owner));
}

/// <summary>Who pays for the models of the hub's own assistant: the run's user, to the hub's purse; the hub's owner pays nothing.</summary>
/// <param name="asking">A new call of the run.</param>
internal sealed class HubPurse(Database database, SpendingDesk desk, SpendingSignal signal, Func<string, long, SpendingAsk> asking) : ITokenPurse
{
    private string _run = "";

    public async Task<string> ReserveAsync(string model, long micro, CancellationToken abort)
    {
        var ask = asking(model, micro);
        _run = ask.Run.Id;
        while (true)
        {
            var version = signal.Version;
            switch (await database.WriteAsync(tx => desk.Reserve(tx, ask), abort))
            {
                case SpendingAnswer.Reserved:
                    return ask.Call;
                case SpendingAnswer.Refused refused:
                    throw new SpendingRefusedException(refused.Sentence);
                default:
                    await signal.WaitAsync(version, abort);
                    break;
            }
        }
    }

    public async Task SettleAsync(string call, long micro) => await database.WriteAsync(tx => desk.Settle(tx, _run, call, micro));
}
