using Muster.Agents.Providers.Spending;
using Muster.Hub.Accounts;
using Muster.Hub.Chat;
using Muster.Hub.Chat.Runs;
using Muster.Protocol.Ids;
using Muster.Storage;

namespace Muster.Hub.Spending;

/// <summary>Makes the purses of the hub's own models.</summary>
internal sealed class HubPurses(Database database, SpendingDesk desk, SpendingSignal signal, People people, TimeProvider time)
{
    /// <summary>Of the agent of a run.</summary>
    public HubPurse For(RunRow run, UserRow user) => Of(run.Id, _ => user.Id, tx => Spender.Of(tx, run));

    /// <summary>Of what is asked beside the agent of a run, which then does without.</summary>
    public HubPurse AtOnce(RunRow run, UserRow user) => Of(run.Id, _ => user.Id, tx => Spender.Of(tx, run) with { Waits = false });

    /// <summary>Of one question about a message, before there is a run. To be disposed.</summary>
    public HubPurse AtOnce(string conversation, string message) => Of(
        Passing(), tx => ConversationStore.Find(tx, conversation)?.UserId ?? throw new SpendingRefusedException("This conversation is not there any more."),
        tx => new Spender("", SpendingScopes.Of(tx, conversation, message, "")) { Waits = false, MessageId = message });

    /// <summary>Of one question of somebody outside of conversations. To be disposed.</summary>
    public HubPurse AtOnce(SignedIn caller) => Of(
        Passing(), _ => caller.User.ToString(), _ => new Spender("", new SpendingScopes(null, [], caller is { Budgeted: true, Key: { } key } ? [key] : [])) { Waits = false });

    private string Passing() => SpendingDesk.PassingPrefix + Id<Key>.New(time);

    private HubPurse Of(string spender, Func<Transaction, string> whose, Func<Transaction, Spender> by) => new(database, desk, signal, spender, (tx, model, micro) =>
    {
        var user = whose(tx);
        return new SpendingAsk(by(tx) with { Id = spender }, Id<User>.Parse(user), Id<Key>.New(time).ToString(), model, micro, null, people.Get(user) is { Rank: Role.Owner });
    });
}
