using Muster.Hub.Chat.Runs;
using Muster.Hub.Spending.Tasks;
using Muster.Storage;

namespace Muster.Hub.Spending;

/// <summary>Who calls a model that somebody has to pay for, one call at a time: a run, a task, or the hub for a message.</summary>
internal sealed record Spender(string Id, SpendingScopes Scopes)
{
    /// <summary>It waits for a person where a limit does not allow a call.</summary>
    public bool Waits { get; init; } = true;

    /// <summary>Null for what is no task.</summary>
    public SpendingTask? Task { get; init; }

    /// <summary>What a person asked for; empty where that is not known.</summary>
    public string MessageId { get; init; } = "";

    public static Spender Of(Transaction tx, RunRow run) => new(run.Id, SpendingScopes.Of(tx, run)) { MessageId = run.MessageId };
}
